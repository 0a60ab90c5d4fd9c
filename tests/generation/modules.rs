//! Files of `src/` and of `build/` use each other in one direction: there is no circle. `mod`
//! lines, and the lines of `lib.rs` that hand items on, are no use of a file.

mod arrows;
mod circle;
mod house;

use std::path::{Path, PathBuf};

use circle::circle;
use house::House;

#[track_caller]
fn assert_no_circle(root: &Path) {
    let house = House::read(root);
    if let Some(circle) = circle(&house.arrows()) {
        panic!("files use each other in a circle:\n{circle}");
    }
}

fn in_this_crate(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn the_files_of_the_crate_are_in_no_circle() {
    assert_no_circle(&in_this_crate("src/lib.rs"));
}

#[test]
fn the_simulator_shares_nothing_with_what_it_tests() {
    let arrows = House::read(&in_this_crate("src/lib.rs")).arrows();
    let mut own = Vec::new();
    for arrow in arrows {
        if arrow.from.starts_with("simulator") {
            assert!(!arrow.to.starts_with("auth"), "{arrow:?}");
            own.push(arrow);
        }
    }
    assert_eq!(circle(&own), None);
}

#[test]
fn the_files_of_the_build_script_are_in_no_circle() {
    assert_no_circle(&in_this_crate("build/mod.rs"));
}

/// A made-up crate, a file after the other.
fn made_up(files: &[(&str, &str)]) -> House {
    let mut house = House::default();
    for (room, text) in files {
        house.add(room, text);
    }
    house
}

#[test]
fn a_circle_is_found_and_reported_with_the_paths_that_make_it() {
    let house = made_up(&[
        ("lib", "mod wheel; mod axle; mod nut; pub use wheel::Wheel;"),
        ("wheel", "use crate::axle::{Axle, Pin}; pub struct Wheel;"),
        ("axle", "fn turn() { super::nut::tighten(1); }"),
        (
            "nut",
            "fn tighten(turns: u8) { println!(\"{}\", crate::Wheel::of(turns)); }",
        ),
    ]);
    let told = circle(&house.arrows()).expect("there is a circle");
    let expected = "    axle uses nut: super::nut::tighten\n    \
                    nut uses wheel: crate::Wheel::of\n    \
                    wheel uses axle: crate::axle::Axle";
    assert_eq!(told, expected);
}

#[test]
fn a_parent_and_its_child_are_a_circle_only_if_both_use_the_other() {
    let child = "use super::Shared; pub(super) fn help() {}";
    let one_way = made_up(&[
        ("lib", "mod parent;"),
        ("parent", "mod child; pub struct Shared;"),
        ("parent::child", child),
    ]);
    assert_eq!(circle(&one_way.arrows()), None);
    let both_ways = made_up(&[
        ("lib", "mod parent;"),
        (
            "parent",
            "mod child; pub struct Shared; fn call() { child::help() }",
        ),
        ("parent::child", child),
    ]);
    let told = circle(&both_ways.arrows()).expect("there is a circle");
    assert!(
        told.contains("parent uses parent::child: child::help"),
        "{told}"
    );
}

#[test]
fn unit_tests_of_a_file_are_no_use_of_another() {
    let house = made_up(&[
        ("lib", "mod above; mod below;"),
        ("above", "use crate::below::Thing;"),
        (
            "below",
            "pub struct Thing; #[cfg(test)] mod tests { use crate::above::run; }",
        ),
    ]);
    assert_eq!(circle(&house.arrows()), None);
}

#[test]
fn generated_types_are_below_everything_and_generated_builders_above() {
    let house = made_up(&[
        (
            "lib",
            "mod generated; mod client; pub use generated::{types, builder};",
        ),
        (
            "client",
            "use crate::types::Job; use crate::generated::types::Snapshot;",
        ),
        ("generated", "include!(\"generated.rs\");"),
        ("generated::types", "pub struct Job; pub struct Snapshot;"),
        (
            "generated::builder",
            "use crate::client::Client; use super::types;",
        ),
    ]);
    assert_eq!(circle(&house.arrows()), None);
}
