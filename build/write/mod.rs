//! Makes the code of the client out of what progenitor wrote.
//!
//! Progenitor's types stay, with fields and enums that read whatever arrives. Of its builders only
//! the Rust types of arguments and responses are used. The builders themselves are written here,
//! because this crate sends requests in its own way. An unexpected type or field stops the build, so
//! that another version of progenitor cannot change the client unnoticed.

mod calls;
pub mod jobs;
mod progenitor;
mod secrets;
mod tests;
mod types;

use proc_macro2::TokenStream;
use quote::quote;
use syn::File;

use super::operation::Operation;
use super::types::Types;
use calls::Call;

/// The code that is written.
pub struct Code {
    pub client: File,
    /// For the tests of this repository only.
    pub for_tests: File,
}

/// Returns the code of the client, with the `Job` of each type that has one.
///
/// # Errors
///
/// If `written` is not what progenitor writes for a document with these types and operations.
pub fn write(
    written: &File,
    types: &Types,
    operations: &[Operation],
    jobs: &TokenStream,
) -> Result<Code, String> {
    let types_module = types::write(written, types)?;
    let builders = progenitor::builders(written, operations, types)?;
    let mut calls = Vec::new();
    let pairs = operations.iter().zip(builders);
    for (index, (operation, builder)) in pairs.enumerate() {
        calls.push(Call {
            operation,
            builder,
            index,
        });
    }
    let client_methods = calls::write_methods(&calls, types);
    let builder_module = calls::write_builders(&calls, types);
    let table = table(operations);
    let client = quote! {
        #types_module
        #client_methods
        #builder_module
        #jobs
        #table
    };
    Ok(Code {
        client: parse(client)?,
        for_tests: parse(tests::write(&calls, types))?,
    })
}

/// Writes the table of operations.
fn table(operations: &[Operation]) -> TokenStream {
    let count = operations.len();
    let operations = operations.iter().map(|operation| {
        let Operation {
            name, path, accept, ..
        } = operation;
        quote!(crate::operation::Operation::new(#name, #path, #accept))
    });
    quote! {
        /// The operations, as requests need them.
        pub(crate) static OPERATIONS: [crate::operation::Operation; #count] = [#(#operations),*];
    }
}

fn parse(code: TokenStream) -> Result<File, String> {
    syn::parse2(code)
        .map_err(|error| format!("the code that the build writes is not Rust: {error}"))
}
