//! What a call has to know of its operation. The table of all operations is generated.

use reqwest::header::HeaderValue;

/// An operation of the OpenAPI document.
pub(crate) struct Operation {
    /// The name of the method that calls it.
    pub name: &'static str,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// The media type to ask for, which holds the version of the API. Empty if the call says it.
    pub accept: HeaderValue,
    /// How many slashes stand in the path before its first parameter, if it has one.
    pub slashes_before_parameter: Option<usize>,
}

impl Operation {
    /// Looks at an operation when it is compiled, so that no call has to.
    pub(crate) const fn new(name: &'static str, path: &'static str, accept: &'static str) -> Self {
        Operation {
            name,
            path,
            accept: HeaderValue::from_static(accept),
            slashes_before_parameter: slashes_before_parameter(path.as_bytes()),
        }
    }

    /// Whether it stands for all reads by a path and a version of their own.
    pub(crate) fn is_by_path(&self) -> bool {
        self.accept.is_empty()
    }
}

const fn slashes_before_parameter(path: &[u8]) -> Option<usize> {
    let mut slashes = 0;
    let mut place = 0;
    while place < path.len() {
        match path[place] {
            b'{' => return Some(slashes),
            b'/' => slashes += 1,
            _ => {}
        }
        place += 1;
    }
    None
}

/// Returns whether a version of the API is a date, of the form `2024-08-05`.
pub(crate) fn is_date(version: &str) -> bool {
    version.len() == 10 && version.bytes().enumerate().all(fits_date)
}

fn fits_date((place, byte): (usize, u8)) -> bool {
    match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    }
}
