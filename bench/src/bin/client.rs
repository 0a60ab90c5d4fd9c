//! The client that is measured.

fn main() -> atlas_backup_bench::Result<()> {
    atlas_backup_bench::client::work(&std::env::args().nth(1).unwrap_or_default())
}
