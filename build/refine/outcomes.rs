//! `x-outcome` at a schema: rules that say when something of the type is over, and how it ended.
//! The first rule that fits decides. Where none fits, it is not over.

use serde_json::{Map, Value};

pub const KEY: &str = "x-outcome";

/// All conditions hold, or the rule does not fit.
pub struct Rule {
    pub conditions: Vec<Condition>,
    /// The variant of `Outcome`.
    pub outcome: &'static str,
}

pub struct Condition {
    /// As in the document, such as `components[].downloadUrl`.
    pub path: String,
    pub wanted: Wanted,
}

/// What the value at the path of a condition has to be.
pub enum Wanted {
    /// Neither null nor empty.
    Present,
    /// This text, in upper or lower case.
    Text(String),
    Flag(bool),
    Number(i64),
}

/// One property of a path. `[]` behind its name means any item of the array.
pub struct Step<'a> {
    pub property: &'a str,
    pub is_any_item: bool,
}

impl Condition {
    pub fn steps(&self) -> Vec<Step<'_>> {
        let mut steps = Vec::new();
        for part in self.path.split('.') {
            let property = part.strip_suffix("[]");
            steps.push(Step {
                property: property.unwrap_or(part),
                is_any_item: property.is_some(),
            });
        }
        steps
    }
}

/// Returns whether the document says when something of this type is over.
pub fn is_job(schema: &Value) -> bool {
    schema.get(KEY).is_some()
}

/// Reads the rules of a schema that has some.
pub fn read(rules: &Value) -> Result<Vec<Rule>, Vec<String>> {
    let Some(list) = rules.as_array() else {
        return Err(vec![format!("{KEY}: must be a list of rules")]);
    };
    let mut rules = Vec::new();
    let mut problems = Vec::new();
    for (index, rule) in list.iter().enumerate() {
        match read_rule(rule) {
            Ok(rule) => rules.push(rule),
            Err(problem) => problems.push(format!("{KEY} > {index}{problem}")),
        }
    }
    if problems.is_empty() {
        Ok(rules)
    } else {
        Err(problems)
    }
}

// The problems of a rule go on where its place ends.
fn read_rule(rule: &Value) -> Result<Rule, String> {
    let Some(map) = rule.as_object() else {
        return Err(": must have `when` and `outcome`".to_owned());
    };
    if let Some(key) = map.keys().find(|key| *key != "when" && *key != "outcome") {
        return Err(format!(
            ": {key:?} is not known; a rule has `when` and `outcome`"
        ));
    }
    let outcome = match map.get("outcome").and_then(Value::as_str) {
        Some("succeeded") => "Succeeded",
        Some("failed") => "Failed",
        Some("cancelled") => "Cancelled",
        Some("expired") => "Expired",
        _ => return Err(" > outcome: must be succeeded, failed, cancelled or expired".to_owned()),
    };
    let conditions = match map.get("when").and_then(Value::as_object) {
        Some(when) if !when.is_empty() => read_conditions(when)?,
        _ => return Err(" > when: must name at least one property and its value".to_owned()),
    };
    Ok(Rule {
        conditions,
        outcome,
    })
}

fn read_conditions(when: &Map<String, Value>) -> Result<Vec<Condition>, String> {
    let mut conditions = Vec::new();
    for (path, value) in when {
        let wanted = match value {
            Value::String(text) if text == "present" => Wanted::Present,
            Value::String(text) => Wanted::Text(text.clone()),
            Value::Bool(flag) => Wanted::Flag(*flag),
            Value::Number(number) => match number.as_i64() {
                Some(number) => Wanted::Number(number),
                None => return Err(format!(" > when > {path}: must be an integer")),
            },
            _ => return Err(format!(" > when > {path}: must be `present` or a value")),
        };
        conditions.push(Condition {
            path: path.clone(),
            wanted,
        });
    }
    Ok(conditions)
}
