//! The manual, a chapter in each module. In the order of reading:
//!
//! 1. [Operations](operations): what can be read, and what values look like
//! 2. [Credentials](credentials): service accounts, API keys, access tokens
//! 3. [Errors](errors): what an error says, and what to do
//! 4. [Retries](retries): which requests are sent again, when, and for how long
//! 5. [Waiting](waiting): polling until a final state; thousands of waits
#![cfg_attr(
    feature = "simulator",
    doc = "6. [Testing](testing): your own code on a simulated Atlas"
)]
//! 7. [Limits](limits): how much time and memory a call can take
//! 8. [Costs](costs): CPU, memory and build time
//! 9. [Upgrading](upgrading): from an earlier state of this crate

// Pictures are within the page, since neither docs.rs nor a package has other files to show. They
// must have no blank line. The style lets them shrink with a narrow window.

#[doc = include_str!("guide/operations.md")]
pub mod operations {}

#[doc = include_str!("guide/credentials.md")]
pub mod credentials {}

#[doc = include_str!("guide/errors.md")]
pub mod errors {}

#[doc = include_str!("guide/retries.md")]
pub mod retries {}

#[doc = include_str!("guide/waiting.md")]
#[doc = ""]
#[doc = "<style>.picture svg { max-width: 100%; height: auto }</style>"]
#[doc = "<div class=\"picture\">"]
#[doc = include_str!("guide/waits.svg")]
#[doc = "</div>"]
pub mod waiting {}

// What it shows compiles with the simulator only.
#[cfg(feature = "simulator")]
#[doc = include_str!("guide/testing.md")]
pub mod testing {}

#[doc = include_str!("guide/limits.md")]
pub mod limits {}

#[doc = include_str!("guide/costs.md")]
#[doc = ""]
#[doc = "<style>.picture svg { max-width: 100%; height: auto }</style>"]
#[doc = "<div class=\"picture\">"]
#[doc = include_str!("guide/costs.svg")]
#[doc = "</div>"]
pub mod costs {}

#[doc = include_str!("guide/upgrading.md")]
pub mod upgrading {}

/// The compiler warns of what does nothing by itself: a call, a read by path, a wait.
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use atlas_backup::Client;
/// fn forget(client: &Client) {
///     client.get_backup_restore_job();
/// }
/// ```
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use atlas_backup::Client;
/// fn forget(client: &Client) {
///     client.get::<String>("groups", "2023-01-01");
/// }
/// ```
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use atlas_backup::Client;
/// fn forget(client: &Client) {
///     let call = client.get_backup_restore_job();
///     call.until_done();
/// }
/// ```
///
/// With what is awaited, the same compiles.
///
/// ```
/// #![deny(unused_must_use)]
/// # use atlas_backup::Client;
/// async fn keep(client: &Client) {
///     let _ = client.get_backup_restore_job().send().await;
///     let _ = client.get::<String>("groups", "2023-01-01").send().await;
///     let _ = client.get_backup_restore_job().until_done().await;
/// }
/// ```
#[cfg(doctest)]
mod unused {}
