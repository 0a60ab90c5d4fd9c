//! [`TlsFailure`]: what TLS says about a connection, whichever TLS it is.

pub(crate) struct TlsFailure {
    pub message: String,
    /// Whether asking again would not change it.
    pub is_final: bool,
}
