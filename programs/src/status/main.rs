//! A web service that reports how a restore is going: within two seconds, whatever Atlas does.

#[cfg(test)]
mod tests;

use std::time::Duration;

use atlas_backup::{Client, ClientBuilder, Error, ErrorKind, Job, Outcome};
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use tokio::net::TcpListener;

/// Callers wait no longer than this.
const DEADLINE: Duration = Duration::from_secs(2);

/// What callers learn of a job. It has no download URL, which is a secret.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    outcome: Option<Outcome>,
    target_cluster_name: Option<String>,
}

/// Why there is no status.
struct Problem(Error);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = ClientBuilder::from_env()?
        .user_agent("status/1.0")
        .build()?;
    let listener = TcpListener::bind(("127.0.0.1", 8080)).await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, service(client)).await?;
    Ok(())
}

fn service(client: Client) -> Router {
    Router::new()
        .route("/{group}/{cluster}/{job}", get(status))
        .with_state(client)
}

async fn status(
    State(client): State<Client>,
    Path((group, cluster, job)): Path<(String, String, String)>,
) -> Result<Json<Status>, Problem> {
    let call = client
        .get_backup_restore_job()
        .group_id(group)
        .cluster_name(cluster)
        .restore_job_id(job)
        .total_time(DEADLINE);
    let job = call.send().await.map_err(Problem)?.into_inner();
    Ok(Json(Status {
        outcome: job.outcome(),
        target_cluster_name: job.target_cluster_name,
    }))
}

/// The body is the error in JSON, with its kind and whether it is retryable.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let error = self.0;
        let status = match error.kind() {
            ErrorKind::InvalidRequest => StatusCode::BAD_REQUEST,
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            _ if error.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_GATEWAY,
        };
        (status, retry_after(&error), Json(error)).into_response()
    }
}

/// Passes on the pause that Atlas asks for.
fn retry_after(error: &Error) -> Option<[(HeaderName, String); 1]> {
    let pause = error.retry_after()?;
    // In whole seconds, not too few.
    let seconds = pause.as_secs_f64().ceil();
    Some([(header::RETRY_AFTER, seconds.to_string())])
}
