//! What a call has to know of its operation. The table of all operations is generated.

/// An operation of the OpenAPI document.
pub(crate) struct Operation {
    /// The name of the method that calls it.
    pub name: &'static str,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// The media type to ask for, which holds the version of the API. Empty if the call says it.
    pub accept: &'static str,
}

impl Operation {
    /// Whether it stands for all reads by a path and a version of their own.
    pub(crate) fn is_by_path(&self) -> bool {
        self.accept.is_empty()
    }
}
