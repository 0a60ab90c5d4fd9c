//! Headers that go with every answer, such as `Deprecation` and `Sunset`.
//!
//! In goes a header, for one operation or for all; out go the ones that belong to an answer's path. As at Atlas they
//! come with errors, too.

use hyper::header::{HeaderMap, HeaderName, HeaderValue};

use super::{Simulator, lock, routes};

#[derive(Default)]
pub(super) struct Notices(Vec<Notice>);

struct Notice {
    operation: Option<&'static str>,
    name: HeaderName,
    value: HeaderValue,
}

impl Notices {
    pub(super) fn tell(&self, path: &str, headers: &mut HeaderMap) {
        if self.0.is_empty() {
            return;
        }
        let operation = routes::find(path).map(|route| route.name);
        for notice in &self.0 {
            if notice.operation.is_none() || notice.operation == operation {
                headers.insert(notice.name.clone(), notice.value.clone());
            }
        }
    }
}

/// A header from text.
#[track_caller]
pub(super) fn header(name: &str, value: &str) -> (HeaderName, HeaderValue) {
    match (name.parse(), HeaderValue::from_bytes(value.as_bytes())) {
        (Ok(name), Ok(value)) => (name, value),
        _ => panic!("`{name}: {value}` is no HTTP header"),
    }
}

impl Simulator {
    /// Sends this header with every answer of the API from now on.
    ///
    /// # Panics
    ///
    /// When HTTP does not allow the name or the value.
    #[track_caller]
    pub fn add_header(&self, name: &str, value: &str) {
        let (name, value) = header(name, value);
        lock(&self.shared.state).notices.0.push(Notice {
            operation: None,
            name,
            value,
        });
    }

    /// Sends this header with every answer of one operation from now on. Operations go by the name of their method:
    /// `get_backup_restore_job`.
    ///
    /// # Panics
    ///
    /// When there is no such operation, and as [`add_header`](Self::add_header).
    #[track_caller]
    pub fn add_operation_header(&self, operation: &str, name: &str, value: &str) {
        let (name, value) = header(name, value);
        let Some(route) = routes::named(operation) else {
            panic!(
                "no operation is named `{operation}`; there are {}",
                routes::names()
            );
        };
        let notice = Notice {
            operation: Some(route.name),
            name,
            value,
        };
        lock(&self.shared.state).notices.0.push(notice);
    }
}
