//! The list of deliberate differences, `openapi/differences.yaml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::difference::Difference;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Operations are looked at if their path has one of these words, in upper or lower case.
    pub scope: Vec<String>,
    /// Published operations in that scope that are left out, by path.
    pub left_out: Vec<String>,
    /// Published names, by the names here.
    pub operations: BTreeMap<String, String>,
    pub schemas: BTreeMap<String, String>,
    pub rows: Vec<Row>,
}

/// A row of the table in `openapi/README.md`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The first cell.
    #[serde(rename = "where")]
    #[allow(dead_code, reason = "a test compares it with the table")]
    pub place: String,
    /// The last cell.
    #[allow(dead_code, reason = "a test compares it with the table")]
    pub why: String,
    /// Keys that are not compared anywhere; `x-xgen-*` stands for all that begin so.
    #[serde(default)]
    pub keys: Vec<String>,
    #[serde(default)]
    pub differences: Vec<Difference>,
}

impl Listed {
    pub fn parse(yaml: &str) -> Result<Self, String> {
        serde_yaml_ng::from_str(yaml).map_err(|error| error.to_string())
    }

    pub fn is_in_scope(&self, path: &str) -> bool {
        let path = path.to_lowercase();
        self.scope
            .iter()
            .any(|word| path.contains(&word.to_lowercase()))
    }

    /// Returns whether a key of a schema is not compared.
    pub fn is_ignored(&self, key: &str) -> bool {
        let mut ignored = self.rows.iter().flat_map(|row| &row.keys);
        ignored.any(|ignored| match ignored.strip_suffix('*') {
            Some(beginning) => key.starts_with(beginning),
            None => key == ignored,
        })
    }

    /// Returns a line for each difference that is not listed, and for each that is listed and is
    /// none any more.
    pub fn left_of(&self, found: Vec<Difference>) -> Vec<String> {
        let mut lines = Vec::new();
        for difference in &found {
            if !self.listed().any(|listed| listed == difference) {
                lines.push(difference.to_string());
            }
        }
        for listed in self.listed() {
            if !found.contains(listed) {
                lines.push(format!("listed, but not found any more: {listed}"));
            }
        }
        lines
    }

    fn listed(&self) -> impl Iterator<Item = &Difference> {
        self.rows.iter().flat_map(|row| &row.differences)
    }
}
