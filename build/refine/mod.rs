//! Makes the code of the client out of what progenitor wrote.
//!
//! Progenitor's types stay, with fields and enums that read whatever arrives. Of its builders only
//! the Rust types of arguments and of answers are taken: the code around them is written here,
//! because all calls of this crate are sent in one way, which is not progenitor's.
//!
//! What is not as the document makes it expect stops the build, so that another version of
//! progenitor cannot change the client in silence. All of this works on the syntax tree: how
//! tokens look when they are printed is nobody's promise.

mod builders;
mod calls;
mod enums;
mod jobs;
mod json_schemas;
mod outcomes;
mod structs;
mod tree;
mod types;

use std::collections::BTreeMap;

use quote::quote;
use syn::File;

pub use super::adapt::{Operation, Parameter};
pub use super::schemas::{Property, Type};

/// The types of the document by their Rust names.
pub type Types = BTreeMap<String, Type>;

/// Returns the code of the client.
///
/// # Errors
///
/// If `written` is not what progenitor writes for a document with these types and operations.
pub fn refine(written: &File, types: &Types, operations: &[Operation]) -> Result<File, String> {
    let types_module = types::write(written, types)?;
    let client_methods = calls::write_methods(written, operations)?;
    let builder_module = calls::write_builders(written, types, operations)?;
    let jobs = jobs::write(written, types)?;
    let table = operations.iter().map(|operation| {
        let Operation {
            name, path, accept, ..
        } = operation;
        quote!(crate::operation::Operation { name: #name, path: #path, accept: #accept })
    });
    let code = quote! {
        #types_module
        #client_methods
        #builder_module
        #jobs

        /// What a call needs to know of its operation.
        pub(crate) static OPERATIONS: &[crate::operation::Operation] = &[#(#table),*];
    };
    syn::parse2(code)
        .map_err(|error| format!("the code that the build writes is not Rust: {error}"))
}
