//! Paths that Atlas serves.

/// What every path of the API begins with.
pub(super) const API: &str = "/api/atlas/v2/";
pub(super) const TOKEN: &str = "/api/oauth/token";
pub(super) const REVOKE: &str = "/api/oauth/revoke";

/// Returns the whole path: `groups/..` and `/api/atlas/v2/groups/..` are the same.
pub(super) fn whole(path: &str) -> String {
    let path = path.trim_start_matches('/');
    let rest = path
        .strip_prefix(API.trim_start_matches('/'))
        .unwrap_or(path);
    format!("{API}{rest}")
}
