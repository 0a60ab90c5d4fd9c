//! How the build of the client reads a document: its own files.

#![allow(dead_code, reason = "drift does not use all of it")]

#[path = "../../build/document.rs"]
pub mod document;
#[path = "../../build/flatten.rs"]
pub mod flatten;
#[path = "../../build/merge.rs"]
pub mod merge;
#[path = "../../build/node.rs"]
pub mod node;
#[path = "../../build/outcome.rs"]
pub mod outcome;
#[path = "../../build/refusals.rs"]
pub mod refusals;
#[path = "../../build/schema.rs"]
pub mod schema;
#[path = "../../build/yaml.rs"]
pub mod yaml;
