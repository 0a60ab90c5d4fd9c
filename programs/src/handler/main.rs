//! A handler that hands out restore jobs without their secrets, within two seconds.

#[cfg(test)]
mod tests;

use std::time::Duration;

use atlas_backup::types::CloudBackupRestoreJob;
use atlas_backup::{Client, ClientBuilder, Error, ErrorKind};
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use tokio::net::TcpListener;

const DEADLINE: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let builder = ClientBuilder::from_env()?.user_agent("handler/1.0");
    let service = service(builder.build()?);
    let listener = TcpListener::bind(("127.0.0.1", 8081)).await?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, service).await?;
    Ok(())
}

fn service(client: Client) -> Router {
    Router::new()
        .route("/projects/{group}/clusters/{cluster}/jobs/{job}", get(job))
        .with_state(client)
}

async fn job(
    State(client): State<Client>,
    Path((group, cluster, job)): Path<(String, String, String)>,
) -> Result<Json<CloudBackupRestoreJob>, Problem> {
    let call = client
        .get_backup_restore_job()
        .group_id(group)
        .cluster_name(cluster)
        .restore_job_id(job)
        .total_time(DEADLINE);
    let job = call.send().await.map_err(Problem)?;
    Ok(Json(job.without_secrets()))
}

struct Problem(Error);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Problem(error) = self;
        let status = status(&error);
        if status.is_server_error() {
            eprintln!("{error}");
        }
        // Callers need not know which credentials this service has.
        (status, retry_after(&error), Json(error.kind())).into_response()
    }
}

fn status(error: &Error) -> StatusCode {
    match error.kind() {
        ErrorKind::InvalidRequest => StatusCode::BAD_REQUEST,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::RateLimited | ErrorKind::TokenLimit => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        // The credentials are those of this service, not of its callers.
        ErrorKind::Unauthorized | ErrorKind::Forbidden => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_GATEWAY,
    }
}

/// Passes on the pause that Atlas asks for, in whole seconds.
fn retry_after(error: &Error) -> Option<[(HeaderName, String); 1]> {
    let seconds = error.retry_after()?.as_secs_f64().ceil();
    Some([(header::RETRY_AFTER, seconds.to_string())])
}
