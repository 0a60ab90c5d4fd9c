//! Headers that go with every answer, such as `Deprecation` and `Sunset`. As at Atlas they come
//! with errors, too.

use hyper::header::{HeaderMap, HeaderName, HeaderValue};

use super::routes::Routes;

#[derive(Default)]
pub(super) struct Notices(Vec<Notice>);

pub(super) struct Notice {
    /// The only operation that it is for, if it is not for all.
    pub(super) operation: Option<&'static str>,
    pub(super) name: HeaderName,
    pub(super) value: HeaderValue,
}

impl Notices {
    pub(super) fn add(&mut self, notice: Notice) {
        self.0.push(notice);
    }

    pub(super) fn tell(&self, path: &str, routes: &Routes, headers: &mut HeaderMap) {
        if self.0.is_empty() {
            return;
        }
        let operation = routes.find(path).and_then(|route| route.name);
        for notice in &self.0 {
            if notice.operation.is_none() || notice.operation == operation {
                headers.insert(notice.name.clone(), notice.value.clone());
            }
        }
    }
}
