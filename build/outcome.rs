//! `x-outcome` at a schema: rules that say when a resource of the type has reached a final state, and
//! which. The first rule that fits decides; where none fits, the state is not final. A type with
//! rules gets a `Job`.

use serde_json::Value;

use super::node::Node;
use super::refusals::Place;

const KEY: &str = "x-outcome";

/// All conditions hold, or the rule does not fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub conditions: Vec<Condition>,
    /// The variant of `Outcome`.
    pub outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub place: Place,
    /// As in the document, such as `components[].downloadUrl`.
    pub path: String,
    pub wanted: Wanted,
}

/// What the value at the path of a condition has to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// Neither null nor empty.
    Present,
    /// This text, in upper or lower case.
    Text(String),
    Flag(bool),
    Number(i64),
}

/// Takes the rules of a schema.
pub fn read(schema: &mut Node) -> Vec<Rule> {
    schema.list(KEY).into_iter().filter_map(read_rule).collect()
}

fn read_rule(mut node: Node) -> Option<Rule> {
    let outcome = match node.text("outcome").as_deref() {
        Some("succeeded") => Some("Succeeded"),
        Some("failed") => Some("Failed"),
        Some("cancelled") => Some("Cancelled"),
        Some("expired") => Some("Expired"),
        _ => None,
    };
    if outcome.is_none() {
        let why = "must be succeeded, failed, cancelled or expired";
        node.inside("outcome").refuse(why);
    }
    let when = node.map("when");
    if when.is_empty() {
        let why = "must name at least one property and its value";
        node.inside("when").refuse(why);
    }
    let mut conditions = Vec::new();
    for (path, value) in when {
        conditions.extend(read_condition(path, &value));
    }
    node.nothing_else(|_| Some("is not known; a rule has `when` and `outcome`"));
    let outcome = outcome?;
    Some(Rule {
        conditions,
        outcome,
    })
}

fn read_condition(path: String, node: &Node) -> Option<Condition> {
    let wanted = match node.value {
        Value::String(text) if text == "present" => Some(Wanted::Present),
        Value::String(text) => Some(Wanted::Text(text.clone())),
        Value::Bool(flag) => Some(Wanted::Flag(*flag)),
        Value::Number(number) => number.as_i64().map(Wanted::Number),
        _ => None,
    };
    if wanted.is_none() {
        node.refuse("must be `present`, a text, a flag or a whole number");
    }
    let place = node.place.clone();
    let wanted = wanted?;
    Some(Condition {
        place,
        path,
        wanted,
    })
}
