//! What a call has to know of its operation. The table of all operations is generated.

/// An operation of the OpenAPI document.
pub(crate) struct Operation {
    /// The name of the method that calls it.
    pub name: &'static str,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// The media type to ask for, which holds the version of the API.
    pub accept: &'static str,
}
