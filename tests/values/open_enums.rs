//! The enums of the API keep whatever value arrives, and print, compare and hash it.

use std::collections::HashSet;

use atlas_backup::types::{
    LegacyBackupRestoreJobStatusName as Status, ServerlessBackupSnapshotType,
};

#[test]
fn a_known_value_is_its_variant() {
    assert_eq!("FINISHED".parse(), Ok(Status::Finished));
    assert_eq!(Status::from("IN_PROGRESS"), Status::InProgress);
    let owned = "KILLED".to_owned();
    assert_eq!(
        [Status::from(&owned), Status::from(owned)],
        [Status::Killed, Status::Killed]
    );
}

#[test]
fn parsing_never_fails_and_keeps_the_text() {
    for text in [
        "",
        "ON_HOLD",
        "finished",
        " FINISHED",
        "Größe",
        "line\nbreak",
    ] {
        let Ok(value) = text.parse::<Status>();
        assert!(matches!(&value, Status::Unknown(unknown) if unknown.as_str() == text));
        assert_eq!(value.as_str(), text);
        assert_eq!(value.to_string(), text);
    }
}

#[test]
fn every_known_value_comes_back_as_it_was_written() {
    for value in [
        Status::InProgress,
        Status::Broken,
        Status::Killed,
        Status::Finished,
    ] {
        assert_eq!(value.to_string().parse(), Ok(value.clone()));
        assert_eq!(
            serde_json::from_value::<Status>(value.as_str().into()).ok(),
            Some(value)
        );
    }
}

#[test]
fn an_unknown_value_is_encoded_as_it_came() {
    let value: ServerlessBackupSnapshotType =
        serde_json::from_str(r#""copied \"twice\"""#).expect("any text");
    assert!(matches!(value, ServerlessBackupSnapshotType::Unknown(_)));
    assert_eq!(value, "copied \"twice\"");
    assert_eq!(
        serde_json::to_string(&value).ok().as_deref(),
        Some(r#""copied \"twice\"""#)
    );
}

#[test]
fn what_is_no_text_is_refused() {
    for json in ["1", "true", "{}", "[]", "null"] {
        assert!(serde_json::from_str::<Status>(json).is_err(), "{json}");
    }
}

#[test]
fn display_pads_and_cuts_as_text_does() {
    assert_eq!(format!("[{:>8}]", Status::Broken), "[  BROKEN]");
    assert_eq!(format!("[{:*<8}]", Status::from("NEW")), "[NEW*****]");
    assert_eq!(format!("[{:.3}]", Status::Killed), "[KIL]");
}

#[test]
fn debug_distinguishes_known_from_unknown() {
    assert_eq!(format!("{:?}", Status::Killed), "Killed");
    assert_eq!(
        format!("{:?}", Status::from("Killed")),
        r#"Unknown("Killed")"#
    );
}

#[test]
fn equal_values_count_once_in_a_set() {
    let values: HashSet<Status> = ["KILLED", "KILLED", "NEW", "NEW"].map(Status::from).into();
    assert_eq!(values, HashSet::from([Status::Killed, Status::from("NEW")]));
}

#[test]
fn a_known_value_is_its_variant_however_it_was_read() {
    let read = [
        Status::from("KILLED"),
        Status::from(String::from("KILLED")),
        Status::from(&String::from("KILLED")),
        "KILLED".parse().expect("any text"),
        serde_json::from_str("\"KILLED\"").expect("any text"),
        serde_json::from_str("\"\\u004bILLED\"").expect("any text"),
        serde_json::from_value("KILLED".into()).expect("any text"),
    ];
    for value in read {
        assert!(matches!(value, Status::Killed), "{value:?}");
    }
}

#[test]
fn a_value_is_compared_with_text_as_it_is() {
    assert_eq!(Status::Killed, "KILLED");
    assert_ne!(Status::Killed, "killed");
    assert_eq!(Status::from("NEW"), *"NEW");
    assert_eq!(Status::from("NEW").as_ref(), "NEW");
    let Status::Unknown(unknown) = Status::from("NEW") else {
        panic!("it is known")
    };
    assert_eq!((unknown.as_str(), unknown.as_ref()), ("NEW", "NEW"));
    assert_eq!(format!("[{unknown:>4}] {unknown:?}"), "[ NEW] \"NEW\"");
}
