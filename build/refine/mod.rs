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
mod conversion;
mod deserialize;
mod enums;
mod examples;
pub mod expected;
mod for_tests;
mod jobs;
mod json_schemas;
pub mod numbers;
mod outcomes;
mod setter_docs;
mod setters;
mod structs;
mod tree;
mod types;

use proc_macro2::TokenStream;
use quote::quote;
use syn::File;

use expected::{Operation, Types};

/// The code that is written.
pub struct Refined {
    pub client: File,
    /// For the tests of this repository only.
    pub for_tests: File,
}

/// Returns the code of the client.
///
/// # Errors
///
/// If `written` is not what progenitor writes for a document with these types and operations.
pub fn refine(written: &File, types: &Types, operations: &[Operation]) -> Result<Refined, String> {
    let mut written = written.clone();
    numbers::keep_exact(&mut written);
    let types_module = types::write(&written, types)?;
    let calls = calls::read(&written, types, operations)?;
    let client_methods = calls::write_methods(&calls, types);
    let builder_module = calls::write_builders(&calls);
    let jobs = jobs::write(&written, types)?;
    let table = table(operations);
    let client = quote! {
        #types_module
        #client_methods
        #builder_module
        #jobs
        #table
    };
    Ok(Refined {
        client: parse(client)?,
        for_tests: parse(for_tests::write(&calls, types))?,
    })
}

/// Writes what a call needs to know of its operation.
fn table(operations: &[Operation]) -> TokenStream {
    let count = operations.len();
    let operations = operations.iter().map(|operation| {
        let Operation {
            name, path, accept, ..
        } = operation;
        quote!(crate::operation::Operation::new(#name, #path, #accept))
    });
    quote! {
        /// What a call needs to know of its operation.
        pub(crate) static OPERATIONS: [crate::operation::Operation; #count] = [#(#operations),*];
    }
}

fn parse(code: TokenStream) -> Result<File, String> {
    syn::parse2(code)
        .map_err(|error| format!("the code that the build writes is not Rust: {error}"))
}
