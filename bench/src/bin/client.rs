//! The client that is measured.

use atlas_backup_bench::{Result, client, types};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [task] => client::work(task),
        ["decode", document, by_hand, times] => {
            types::decode(document, by_hand.parse()?, times.parse()?)
        }
        _ => Err("started by bench, and by nobody else".into()),
    }
}
