//! A bridge until the generated code makes calls by itself.
use progenitor_client::ResponseValue;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::call::Call;
use crate::error::Error;
pub(crate) use crate::operation::Operation;

pub(crate) async fn call<T: DeserializeOwned>(
    client: &crate::Client,
    operation: &'static Operation,
    path: &str,
    query: &[(&'static str, Value)],
) -> Result<ResponseValue<T>, Error> {
    let mut parameters = Vec::new();
    for (name, value) in query {
        let text = match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        parameters.push((*name, text));
    }
    Call::new(client.session.clone(), operation, path, &parameters)
        .send()
        .await
}
