//! What the document makes the passes expect of progenitor's code.

use std::collections::BTreeMap;

pub use super::super::operation::Operation;
pub use super::super::parameter::Parameter;
pub use super::super::parameter_object::Location;
pub use super::super::schema::{Property, Type};

/// The types of the document by their Rust names.
pub type Types = BTreeMap<String, Type>;
