//! JSON Schemas of the API's types (feature `schemars`): a schema as the OpenAPI document has it goes in, the same in
//! JSON Schema comes out, patterns and limits included. It says what Atlas documents; the types read more than that.

macro_rules! json_schema {
    ($name:ident, $json:literal, [$($part:ident),*]) => {
        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }
            fn json_schema(generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                let _ = &generator;
                let parts = [$((stringify!($part), generator.subschema_for::<$part>())),*];
                crate::json_schema::from_openapi($json, &parts)
            }
        }
    };
}
pub(crate) use json_schema;

/// Each of `parts` is a type that the schema refers to, and what schemars wants to stand there.
#[cfg(feature = "schemars")]
pub(crate) fn from_openapi(json: &str, parts: &[(&str, schemars::Schema)]) -> schemars::Schema {
    let json = parts.iter().fold(json.to_owned(), |json, (name, part)| {
        let reference = serde_json::json!({ "$ref": format!("#/components/schemas/{name}") });
        json.replace(&reference.to_string(), &part.as_value().to_string())
    });
    let mut schema = serde_json::from_str(&json).unwrap_or_default();
    convert(&mut schema, true);
    schemars::Schema::try_from(schema).unwrap_or_default()
}

/// OpenAPI 3.0 has words of its own for what JSON Schema says otherwise: `nullable`, `example` and extensions.
#[cfg(feature = "schemars")]
fn convert(schema: &mut serde_json::Value, is_schema: bool) {
    if let (serde_json::Value::Object(map), true) = (&mut *schema, is_schema) {
        map.retain(|key, _| !key.starts_with("x-"));
        if let Some(example) = map.remove("example") {
            map.insert("examples".to_owned(), serde_json::json!([example]));
        }
        if map.remove("nullable") == Some(true.into())
            && let Some(kind) = map.remove("type")
        {
            map.insert("type".to_owned(), serde_json::json!([kind, "null"]));
        }
    }
    for (key, part) in schema.as_object_mut().into_iter().flatten() {
        match part {
            serde_json::Value::Object(_) => convert(part, key != "properties" || !is_schema),
            serde_json::Value::Array(parts) if key == "allOf" => parts.iter_mut().for_each(|part| convert(part, true)),
            _ => {}
        }
    }
}
