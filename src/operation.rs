//! What a call has to know of its operation. The table of all operations is generated.

use chrono::NaiveDate;
use reqwest::header::HeaderValue;

/// The version of an operation that has no date yet.
pub(crate) const PREVIEW: &str = "preview";

/// An operation of the OpenAPI document.
pub(crate) struct Operation {
    /// The name of the method that calls it.
    pub name: &'static str,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// The media type of the response, which holds the version of the API. Empty if the call sets
    /// it.
    pub accept: HeaderValue,
}

impl Operation {
    pub(crate) const fn new(name: &'static str, path: &'static str, accept: &'static str) -> Self {
        Operation {
            name,
            path,
            accept: HeaderValue::from_static(accept),
        }
    }

    /// Returns the path with its parameters in braces, unless it stands for all reads by path, which
    /// set a version of their own.
    pub(crate) fn template(&self) -> Option<&'static str> {
        (!self.accept.is_empty()).then_some(self.path)
    }

    /// Returns the argument of a parameter in a path of this operation.
    pub(crate) fn argument<'p>(&self, name: &str, path: &'p str) -> Option<&'p str> {
        let template = self.path;
        let arguments = PathArguments { template, path };
        for (parameter, argument) in arguments {
            if parameter == name {
                return Some(argument);
            }
        }
        None
    }

    /// Returns the id of what a path leads to: its last segment, if that is an argument.
    pub(crate) fn id<'p>(&self, path: &'p str) -> Option<&'p str> {
        match self.path.ends_with('}') {
            true => path.rsplit('/').next(),
            false => None,
        }
    }

    /// Returns the part of a path that names its project: up to the end of the first argument, or
    /// all of it if the operation has no parameter in its path.
    pub(crate) fn project_of<'p>(&self, path: &'p str) -> &'p str {
        let Some(parameter) = self.path.find('{') else {
            return path;
        };
        let template = &self.path.as_bytes()[..parameter];
        let mut depth = template.iter().filter(|byte| **byte == b'/').count();
        // Byte by byte: each call does this, and searching for a character costs five times as much.
        for (end, byte) in path.bytes().enumerate() {
            match byte {
                b'/' if depth == 0 => return &path[..end],
                b'/' => depth -= 1,
                _ => {}
            }
        }
        path
    }
}

/// Reads the arguments out of a path, by a template such as `/groups/{groupId}`. It ends at the
/// first difference.
pub(crate) struct PathArguments<'t, 'p> {
    /// What is left of the template, and of the path.
    pub template: &'t str,
    pub path: &'p str,
}

/// Yields the name and the argument of each parameter.
impl<'t, 'p> Iterator for PathArguments<'t, 'p> {
    type Item = (&'t str, &'p str);

    fn next(&mut self) -> Option<Self::Item> {
        let (literal, parameter) = self.template.split_once('{')?;
        let (name, template) = parameter.split_once('}')?;
        let path = self.path.strip_prefix(literal)?;
        let next_literal = template.split('{').next().unwrap_or_default();
        let end = match next_literal {
            "" => path.len(),
            literal => path.find(literal)?,
        };
        let (argument, path) = path.split_at(end);
        if argument.is_empty() || argument.contains(['/', '?']) {
            return None;
        }
        *self = PathArguments { template, path };
        Some((name, argument))
    }
}

/// Returns the media type of a version, `application/vnd.atlas.2024-08-05+json` for instance, or
/// nothing if the version is invalid.
pub(crate) fn media_type(version: &str) -> Option<String> {
    is_version(version).then(|| format!("application/vnd.atlas.{version}+json"))
}

/// Returns the version in a media type. All dates have one form, so they compare as text.
#[cfg(feature = "simulator")]
pub(crate) fn version_of(media_type: &str) -> Option<&str> {
    let essence = media_type.split(';').next()?.trim();
    let version = essence
        .strip_prefix("application/vnd.atlas.")?
        .strip_suffix("+json")?;
    is_version(version).then_some(version)
}

/// Returns whether a version is `preview` or a date of the form `2024-08-05`.
fn is_version(version: &str) -> bool {
    let date = version.parse::<NaiveDate>();
    version == PREVIEW || date.is_ok_and(|date| date.to_string() == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    static JOB: Operation = Operation::new("job", "/groups/{group}/clusters/{name}/jobs/{id}", "");
    static ALL: Operation = Operation::new("all", "/event_types", "");
    static READ: Operation = Operation::new("read", "/groups/{group}/", "");
    static ACTION: Operation = Operation::new("action", "/dbs/{db}.{collection}:stats", "");

    #[test]
    fn an_argument_is_read_by_the_name_of_its_parameter() {
        let path = "/groups/g1/clusters/c%2F1/jobs/j1";
        assert_eq!(JOB.argument("group", path), Some("g1"));
        assert_eq!(JOB.argument("name", path), Some("c%2F1"));
        assert_eq!(JOB.argument("id", path), Some("j1"));
        assert_eq!(JOB.argument("shard", path), None);
        assert_eq!(JOB.id(path), Some("j1"));
        assert_eq!(ALL.id("/event_types"), None);
    }

    #[test]
    fn arguments_may_share_a_segment_with_text() {
        let path = "/dbs/sales.orders:stats";
        assert_eq!(ACTION.argument("db", path), Some("sales"));
        assert_eq!(ACTION.argument("collection", path), Some("orders"));
    }

    #[test]
    fn a_path_of_another_operation_has_no_arguments() {
        assert_eq!(
            JOB.argument("name", "/groups/g1/serverless/c1/jobs/j1"),
            None
        );
        assert_eq!(
            JOB.argument("name", "/groups/g1/x/y/clusters/c1/jobs/j1"),
            None
        );
        assert_eq!(JOB.argument("group", "/groups//clusters/c1/jobs/j1"), None);
        assert_eq!(READ.argument("group", "/orgs/o1/events"), None);
    }

    #[test]
    fn a_path_belongs_to_the_project_of_its_first_argument() {
        assert_eq!(
            JOB.project_of("/groups/g1/clusters/c1/jobs/j1"),
            "/groups/g1"
        );
        assert_eq!(READ.project_of("/groups/g1/clusters"), "/groups/g1");
        assert_eq!(READ.project_of("/orgs/o1/events"), "/orgs/o1");
        assert_eq!(READ.project_of("/event_types"), "/event_types");
        assert_eq!(ALL.project_of("/event_types"), "/event_types");
    }

    #[test]
    fn a_version_is_a_date_or_preview() {
        let dated = "application/vnd.atlas.2024-08-05+json";
        assert_eq!(media_type("2024-08-05").as_deref(), Some(dated));
        assert!(media_type(PREVIEW).is_some());
        for other in [
            "2024-8-5",
            "",
            "2024-08-05T",
            "latest",
            "2024-08-05+json;q=1",
            "2024-02-30",
        ] {
            assert_eq!(media_type(other), None, "{other}");
        }
    }

    #[cfg(feature = "simulator")]
    #[test]
    fn a_version_is_read_from_a_media_type() {
        let dated = "application/vnd.atlas.2024-08-05+json";
        assert_eq!(version_of(dated), Some("2024-08-05"));
        assert_eq!(
            version_of(&format!("{dated}; charset=utf-8")),
            Some("2024-08-05")
        );
        assert_eq!(version_of("application/vnd.atlas.latest+json"), None);
        assert_eq!(version_of("application/json"), None);
    }
}
