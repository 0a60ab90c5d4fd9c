//! An OpenAPI document, from YAML or JSON.

use serde_json::Value;

pub struct Document(Value);

impl Document {
    pub fn parse(text: &str) -> Result<Self, String> {
        // The published document is large, and JSON is read much faster than YAML.
        let value: Value = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| error.to_string())?
        } else {
            serde_yaml_ng::from_str(text).map_err(|error| error.to_string())?
        };
        if !value["paths"].is_object() {
            return Err("it has no paths".to_owned());
        }
        Ok(Document(value))
    }

    /// Returns the paths that can be read, with their operations.
    pub fn operations(&self) -> impl Iterator<Item = (&str, &Value)> {
        let paths = self.0["paths"].as_object().into_iter().flatten();
        paths.filter_map(|(path, item)| Some((path.as_str(), item.get("get")?)))
    }

    pub fn operation(&self, path: &str) -> Option<&Value> {
        self.0["paths"].get(path)?.get("get")
    }

    /// Returns what a `$ref` leads to, or the value itself.
    pub fn resolve<'a>(&'a self, mut value: &'a Value) -> &'a Value {
        // A chain that is longer leads back to itself.
        for _ in 0..16 {
            let pointer = value["$ref"]
                .as_str()
                .and_then(|target| target.strip_prefix('#'));
            match pointer.and_then(|pointer| self.0.pointer(pointer)) {
                Some(target) => value = target,
                None => break,
            }
        }
        value
    }
}
