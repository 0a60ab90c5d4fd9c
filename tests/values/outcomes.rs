//! When each type has reached a final state: what the chapter on waiting says is what the document says, and what
//! downloads there are agrees with it.

use atlas_backup::types::CloudBackupRestoreJob;
use atlas_backup::{Job, Outcome};
use serde_json::{Value, json};
use serde_yaml_ng::Value as Yaml;

/// The rules of each type that has some, as the document has them.
fn rules() -> Vec<(String, Vec<Yaml>)> {
    let document: Yaml =
        serde_yaml_ng::from_str(include_str!("../../openapi/atlas-backup.yaml")).expect("YAML");
    let schemas = document["components"]["schemas"]
        .as_mapping()
        .expect("schemas");
    let mut found = Vec::new();
    for (name, schema) in schemas {
        if let Some(rules) = schema.get("x-outcome").and_then(Yaml::as_sequence) {
            found.push((name.as_str().expect("a name").to_owned(), rules.clone()));
        }
    }
    found
}

/// `failed` is `true`.
fn sentence(path: &Yaml, wanted: &Yaml) -> String {
    let path = path.as_str().expect("a path");
    match wanted {
        Yaml::String(text) if text == "present" => format!("`{path}` is there"),
        Yaml::String(text) => format!("`{path}` is `{text}`"),
        Yaml::Bool(flag) => format!("`{path}` is `{flag}`"),
        Yaml::Number(number) => format!("`{path}` is `{number}`"),
        other => panic!("no sentence for {other:?}"),
    }
}

/// What the chapter says of a type: a line for each rule.
fn lines(name: &str, rules: &[Yaml]) -> String {
    let mut lines = format!("- [`{name}`]\n");
    for rule in rules {
        let when = rule["when"].as_mapping().expect("conditions");
        let mut conditions = Vec::new();
        for (path, wanted) in when {
            conditions.push(sentence(path, wanted));
        }
        let outcome = rule["outcome"].as_str().expect("an outcome");
        let conditions = conditions.join(" and ");
        lines += &format!("  - {outcome} if {conditions}\n");
    }
    lines
}

/// A type that is added need not be in the chapter: its `outcome` says the same in its docs.
#[test]
fn the_chapter_on_waiting_lists_the_final_states_of_the_document() {
    let chapter = include_str!("../../src/guide/waiting.md");
    let mut known = Vec::new();
    for (name, rules) in rules() {
        known.push(lines(&name, &rules));
    }
    let mut shown = 0;
    for item in chapter.split("\n- ").skip(1) {
        let mut lines = item.lines();
        let mut text = format!("- {}\n", lines.next().unwrap_or_default());
        for rule in lines.take_while(|line| line.starts_with("  - ")) {
            text += &format!("{rule}\n");
        }
        if text.contains("\n  - ") {
            assert!(known.contains(&text), "{text}\nis none of\n{known:#?}");
            shown += 1;
        }
    }
    assert!(shown > 0, "the chapter has no rules");
}

#[track_caller]
fn job(json: Value) -> CloudBackupRestoreJob {
    serde_json::from_value(json).expect("a job")
}

#[test]
fn a_download_has_succeeded_exactly_if_it_has_urls() {
    let url = "https://example.com/1";
    for ready in [
        json!({ "deliveryType": "download", "deliveryUrl": [url] }),
        json!({ "deliveryType": "DOWNLOAD", "components": [{}, { "downloadUrl": url }] }),
        json!({ "deliveryType": "download", "deliveryUrl": [], "components": [{ "downloadUrl": url }] }),
    ] {
        let job = job(ready);
        assert_eq!(job.download_urls(), [url]);
        assert_eq!(job.outcome(), Some(Outcome::Succeeded));
    }
    for pending in [
        json!({ "deliveryType": "download" }),
        json!({ "deliveryType": "download", "deliveryUrl": [], "components": [{}] }),
        json!({ "deliveryType": "download", "components": [{ "downloadUrl": "" }] }),
        json!({ "deliveryType": "download", "components": [{ "downloadUrl": null }] }),
    ] {
        let job = job(pending);
        assert!(job.download_urls().is_empty());
        assert_eq!(job.outcome(), None);
    }
}

#[test]
fn what_is_restored_into_a_cluster_is_not_over_when_there_are_urls() {
    let url = "https://example.com/1";
    let both = json!({ "deliveryUrl": [url], "components": [{ "downloadUrl": url }] });
    for kind in ["automated", "pointInTime", "a new kind"] {
        let mut json = both.clone();
        json["deliveryType"] = kind.into();
        assert_eq!(job(json).outcome(), None, "{kind}");
    }
    assert_eq!(job(both).outcome(), None);
}
