//! Reads the text of the document as YAML, and says so in words and with the line if it is none.

use serde_json::Value;

use super::refusals::Refusals;
use super::slip;
use super::yaml_problem::Problem;

/// Reads the text.
pub fn read(text: &str) -> Result<Value, Refusals> {
    // YAML's own value refuses a key that stands twice; JSON's would keep the last.
    let yaml: serde_yaml_ng::Value = serde_yaml_ng::from_str(text).map_err(|error| {
        let (line, why) = slip::explain(&Problem::read(&error, text), text);
        Refusals::in_line(line, why)
    })?;
    serde_json::to_value(yaml).map_err(|_| {
        let (line, why) = slip::explain_key(text);
        Refusals::in_line(line, why)
    })
}
