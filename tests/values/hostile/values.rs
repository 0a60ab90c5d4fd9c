//! What a success holds: any JSON reads as a value that is written again as it came, or does not
//! read.

use std::cell::Cell;

use proptest::prelude::*;
use serde_json::Value;

use super::{document, for_any, json, text};
use crate::essence::essence;
use crate::support::operations::{ENUMS, Type, bodies};

#[track_caller]
fn reads_as_it_came_or_not(of: &Type) {
    let read = Cell::new(0);
    for_any(
        prop_oneof![9 => document(of), 1 => json().boxed()],
        |sent| {
            let Ok(reading) = (of.read)(sent.to_string().as_bytes()) else {
                return Ok(());
            };
            read.set(read.get() + 1);
            let written: Value = serde_json::from_str(&reading.written).unwrap();
            prop_assert_eq!(essence(&written), essence(&sent));
            prop_assert!(reading.is_same, "{}", reading.written);
            Ok(())
        },
    );
    let read = read.get();
    assert!(read > 20, "only {read} of {} could be read", of.name);
}

#[test]
fn anything_that_reads_as_a_type_is_written_as_it_came() {
    bodies().into_iter().for_each(reads_as_it_came_or_not);
}

#[test]
fn every_enum_keeps_any_text() {
    for_any(text(), |text| {
        for of in ENUMS {
            (of.keep)(&text).map_err(|why| TestCaseError::fail(format!("{}: {why}", of.name)))?;
        }
        Ok(())
    });
}

#[test]
fn every_enum_keeps_its_own_values() {
    for of in ENUMS {
        for value in of.values {
            (of.keep)(value).unwrap();
        }
    }
}
