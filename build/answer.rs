//! The answer of an operation: its success status, in the newest version that is documented.

use super::operation_object::OperationObject;
use super::refusals::Refusals;
use super::response_object::{MediaType, ResponseObject};

pub struct Answer<'a> {
    pub status: &'a str,
    pub media: &'a MediaType,
    /// Whether older versions are documented too.
    pub has_older: bool,
}

/// Returns the only success that is documented, in its newest version.
pub fn newest_success<'a>(
    operation: &'a OperationObject,
    refusals: &Refusals,
) -> Option<Answer<'a>> {
    let mut successes = Vec::new();
    for response in &operation.responses {
        check_media(response, refusals);
        if response.is_success() && !response.media.is_empty() {
            successes.push(response);
        }
    }
    let [success] = successes[..] else {
        let place = operation.place.inside("responses");
        refusals.refuse(
            &place,
            "there must be one success status with content, and no other",
        );
        return None;
    };
    // The later one of two that are equal wins nothing: media types are keys, so no two are.
    let media = success
        .media
        .iter()
        .max_by_key(|media| version(&media.name))?;
    Some(Answer {
        status: &success.status,
        media,
        has_older: success.media.len() > 1,
    })
}

/// Makes sure that the client can read what a response contains.
fn check_media(response: &ResponseObject, refusals: &Refusals) {
    for media in &response.media {
        if version(&media.name).is_none() {
            let place = response.place.inside("content").inside(&media.name);
            refusals.refuse(
                &place,
                "not a media type that this client reads, which is JSON",
            );
        }
    }
}

/// Versions of the API in the order of their age.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
enum Version {
    Undated,
    /// What may change any day is asked for if there is nothing else.
    Preview,
    /// Dates sort as text.
    Dated(String),
}

/// Returns the version in `application/vnd.atlas.DATE+json`, or in
/// `application/vnd.atlas.preview+json`.
fn version(media_type: &str) -> Option<Version> {
    if media_type == "application/json" {
        return Some(Version::Undated);
    }
    let version = media_type
        .strip_prefix("application/vnd.atlas.")?
        .strip_suffix("+json")?;
    if version == "preview" {
        return Some(Version::Preview);
    }
    is_date(version).then(|| Version::Dated(version.to_owned()))
}

fn is_date(text: &str) -> bool {
    let digits_as_zeros = text.replace(|letter: char| letter.is_ascii_digit(), "0");
    digits_as_zeros == "0000-00-00"
}
