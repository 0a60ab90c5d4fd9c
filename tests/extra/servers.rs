//! Servers that nobody here wrote: nginx, Tomcat, Apache httpd, tinyproxy, squid. Each has a
//! configuration in a folder of its own and runs on loopback. Ignored unless asked for, by
//! `.ci/extra servers`: they take minutes, and go by the clock on the wall. What is not installed
//! is skipped, in a line that says so. The figures are printed.

#[path = "../network/certificates.rs"]
mod certificates;

mod apache;
mod figures;
mod nginx;
mod proxies;
mod server;
mod tomcat;

/// What every server serves.
fn job() -> String {
    format!(
        r#"{{"id": "{}", "deliveryType": "automated"}}"#,
        crate::support::job_id(0)
    )
}
