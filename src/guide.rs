//! The manual, a chapter in each module. There is no code in here.

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
