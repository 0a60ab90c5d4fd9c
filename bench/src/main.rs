//! Measures what a call of `atlas-backup` costs beside hand-written clients. README.md says how to
//! read the figures.
//!
//! Benchmarks are modules with one entry each. Servers are copies of this program, clients are
//! another one.

use std::process::{Command, ExitCode};

use atlas_backup_bench::{Result, calls, cold, instructions, report, scale, server, types, waits};

const PARTS: [&str; 7] = [
    "calls",
    "instructions",
    "types",
    "scale",
    "cold",
    "soak",
    "waits",
];

const HELP: &str = "\
cargo run --release -p atlas-backup-bench -- [--quick] [calls] [instructions] [types] [scale] [cold] [soak] [waits]

With no name: calls, instructions, types and scale. With --quick: fewer rounds, under a minute, less exact.
  calls   a call of each kind of client, interleaved
  instructions   of a call, counted by callgrind if valgrind is installed, by perf or as CPU time otherwise
  types   decoding and encoding
  scale   1 to 10,000 calls in flight
  cold    cold build, and process start to first answer; builds four small programs, some minutes
  soak    1,000,000 calls on one client
  waits   hours of waits that share a rate limit, some minutes
Results go to bench/cost.json, src/guide/costs.svg and src/guide/waits.svg, with --quick to files of these names in the temporary directory.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["serve", protocol] => server::serve(protocol),
        _ => measure(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &[&str]) -> Result<()> {
    let (options, mut names): (Vec<&str>, Vec<&str>) =
        arguments.iter().partition(|it| it.starts_with('-'));
    let quick = options == ["--quick"];
    let known = names.iter().all(|name| PARTS.contains(name));
    if !known || (!quick && !options.is_empty()) {
        return Err(HELP.into());
    }
    if names.is_empty() {
        names = vec!["calls", "instructions", "types", "scale"];
    }
    if names.iter().any(|name| *name != "waits") {
        build_client()?;
    }
    let mut report = report::Report::new(quick)?;
    for name in names {
        match name {
            "calls" => report.calls = calls::run(quick)?,
            "instructions" => report.instructions = instructions::run(quick)?,
            "types" => report.types = types::run(quick)?,
            "scale" => report.scale = scale::run(quick)?,
            "cold" => report.cold = Some(cold::run()?),
            "waits" => report.waits = waits::run(quick)?,
            _ => report.soak = scale::soak(quick)?,
        }
    }
    print!("{}", report.tables());
    report.write()
}

/// What is run by cargo is built alone.
fn build_client() -> Result<()> {
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    build.args([
        "build",
        "--release",
        "--quiet",
        "--package",
        "atlas-backup-bench",
        "--bin",
        "client",
    ]);
    let status = build.current_dir(env!("CARGO_MANIFEST_DIR")).status()?;
    if !status.success() {
        return Err("the client cannot be built".into());
    }
    Ok(())
}
