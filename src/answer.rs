//! [`Answer`]: what a server sent, whole; out of it come the value that was asked for, or the failure that it tells of.
//! Text of the server is quoted without what the request was authorized with, in case the server repeats it.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use progenitor_client::ResponseValue;
use reqwest::header::{HeaderMap, HeaderValue, LOCATION};
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::error::{Error, Failure, Kind, named, shown};
use crate::retry::retry_after;
use crate::types::ApiError;

/// A whole answer.
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Whether it comes from the URL that was asked; a client with redirects may have gone elsewhere.
    pub direct: bool,
    /// What the request was authorized with.
    pub sent: Option<HeaderValue>,
}

impl Answer {
    /// Takes it out of its envelope, in the form of the reference (`content`) or of older pages (`envelope`). What does
    /// not look like one is left as it is: the server may not know the flag, and documents may have a status.
    pub(crate) fn open_envelope(&mut self) -> Option<()> {
        let parts: BTreeMap<&str, &RawValue> = serde_json::from_slice(&self.body).ok()?;
        let status = StatusCode::from_u16(parts.get("status")?.get().parse().ok()?).ok()?;
        let body = match parts.get("content").or(parts.get("envelope")) {
            Some(content) => self.body.slice_ref(content.get().as_bytes()),
            None if parts.len() == 1 => Bytes::new(),
            None => return None,
        };
        (self.status, self.body) = (status, body);
        Some(())
    }

    /// What the server says about a request that did not succeed, in the form of Atlas or of OAuth.
    pub(crate) fn failure(&self) -> Failure {
        let said: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let quote = |key: &&str| said[*key].as_str().map(|text| self.quoted(text));
        let says_more = |text: &String| !text.is_empty() && text != self.status.as_str();
        let text = |keys: &[&str]| keys.iter().filter_map(quote).find(says_more);
        let code =
            text(&["errorCode", "error"]).map(|code| format!("{} {code}", self.status.as_u16()));
        let mut words = code.unwrap_or_else(|| named(self.status));
        words.extend(
            text(&["detail", "error_description", "reason"]).map(|detail| format!(": {detail}")),
        );
        if let Some(location) = self
            .headers
            .get(LOCATION)
            .filter(|_| self.status.is_redirection())
        {
            let url = location.to_str().ok().and_then(|it| Url::parse(it).ok());
            let host = url.and_then(|url| Some(format!(" to {}", self.quoted(url.host_str()?))));
            words += &format!(
                ": redirects{} are not followed; check the base URL",
                host.unwrap_or_default()
            );
        }
        if matches!(self.status.as_u16(), 406 | 410) {
            words.truncate(words.trim_end_matches('.').len());
            words.push_str("; Atlas may have withdrawn this version of the operation: look for a newer atlas-backup");
        }
        let (status, retry_after) = (Some(self.status), retry_after(&self.headers));
        Failure {
            status,
            retry_after,
            api_error: readable(&said),
            ..Failure::new(Kind::Status, words)
        }
    }

    /// Decodes a success.
    pub(crate) fn value<T: DeserializeOwned>(self) -> Result<ResponseValue<T>, Error> {
        let error = match serde_json::from_slice(&self.body) {
            Ok(value) => return Ok(ResponseValue::new(value, self.status, self.headers)),
            Err(error) => error,
        };
        let place = format!("line {} column {}", error.line(), error.column());
        let words = match error.is_data() {
            _ if self.body.is_empty() => "the body is empty".to_owned(),
            true => format!("{} ({place})", unfit::<T>(&self.body, &error.to_string())),
            false => format!("the body is not JSON ({place})"),
        };
        let source = (!error.is_data()).then(|| error.into());
        let failure = Failure::new(Kind::Decode, format!("{}: {words}", named(self.status)));
        Err(Failure {
            status: Some(self.status),
            source,
            ..failure
        }
        .into())
    }

    /// Text of the server for one line, without what the request was authorized with.
    pub(crate) fn quoted(&self, text: &str) -> String {
        let (scheme, sent) = self
            .sent
            .as_ref()
            .and_then(|it| it.to_str().ok()?.split_once(' '))
            .unwrap_or_default();
        // `Basic` can be read by anybody.
        let pair = BASE64_STANDARD
            .decode(sent)
            .ok()
            .and_then(|it| String::from_utf8(it).ok())
            .unwrap_or_default();
        let pair = pair.replacen(':', "&", 1);
        let plain = url::form_urlencoded::parse(pair.as_bytes()).map(|(text, _)| text.into_owned());
        let secrets = sent
            .split('"')
            .chain(pair.split('&'))
            .map(str::to_owned)
            .chain(plain);
        // Of an answer to a challenge the path may be told, and what is as short as its other parts is no secret.
        let secrets =
            secrets.filter(|it| it.len() >= 8 && !(it.starts_with('/') && scheme == "Digest"));
        shown(&secrets.fold(text.to_owned(), |text, secret| {
            text.replace(&secret, "[hidden]")
        }))
    }
}

/// Decodes once more, to name the property. serde's own words would repeat the value, so only their end is told.
fn unfit<T: DeserializeOwned>(body: &Bytes, words: &str) -> String {
    let error =
        serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_slice(body))
            .err();
    let path = error
        .map(|error| shown(&error.path().to_string()))
        .filter(|path| path.len() > 1);
    let property = path.map_or("the body".to_owned(), |path| format!("property {path}"));
    match words
        .rsplit_once(", expected ")
        .and_then(|(_, it)| it.split(" at line").next())
    {
        None => format!("{property} cannot be read"),
        Some("i64") => format!("{property} is not a 64-bit integer"),
        Some("a sequence") => format!("{property} is not an array"),
        Some(it) if it.starts_with("struct ") => format!("{property} is not an object"),
        Some(it) => format!("{property} is not {it}"),
    }
}

/// Those properties of an error that have the documented type: the others are no reason to lose its code.
fn readable(said: &Value) -> Option<ApiError> {
    let mut readable = said.as_object()?.clone();
    readable.retain(|name, value| ApiError::deserialize(json!({ name: value })).is_ok());
    ApiError::deserialize(Value::from(readable)).ok()
}
