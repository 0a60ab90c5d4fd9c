//! All figures of a run: as tables in Markdown, as JSON, and as a picture.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::calls::Scenario;
use crate::client::{Auth, Kind};
use crate::cold::Cold;
use crate::instructions;
use crate::scale::{Curve, Mark};
use crate::server::Protocol;
use crate::types::Codec;
use crate::waits::{Hour, Waits};

/// What was not measured in this run is kept from an earlier one, if that is in the file.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Report {
    pub machine: String,
    pub calls: Vec<Scenario>,
    #[serde(default)]
    pub instructions: Vec<instructions::Scenario>,
    pub types: Vec<Codec>,
    pub scale: Vec<Curve>,
    pub cold: Option<Cold>,
    pub soak: Vec<Mark>,
    #[serde(default)]
    pub waits: Waits,
    #[serde(skip)]
    figures: PathBuf,
    /// Where the chapters are that show the pictures.
    #[serde(skip)]
    pictures: PathBuf,
}

impl Report {
    pub fn new(quick: bool) -> Result<Self> {
        // Quick figures are for looking at.
        let (figures, pictures) = if quick {
            let directory = std::env::temp_dir().join("atlas-backup-bench-quick");
            fs::create_dir_all(&directory)?;
            (directory.join("cost.json"), directory)
        } else {
            let own = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
            (own.join("cost.json"), own.join("../src/guide"))
        };
        let earlier = fs::read(&figures).ok();
        let earlier: Option<Report> = earlier.and_then(|json| serde_json::from_slice(&json).ok());
        Ok(Report {
            machine: machine(),
            figures,
            pictures,
            ..earlier.unwrap_or_default()
        })
    }

    pub fn write(&self) -> Result<()> {
        let figures = serde_json::to_string_pretty(self)? + "\n";
        fs::write(&self.figures, figures)?;
        crate::picture::draw(self, &self.pictures.join("costs.svg"))?;
        if !self.waits.hours.is_empty() {
            crate::waits_picture::draw(&self.waits, &self.pictures.join("waits.svg"))?;
        }
        eprintln!(
            "written: {}, and pictures in {}",
            self.figures.display(),
            self.pictures.display()
        );
        Ok(())
    }

    pub fn tables(&self) -> String {
        let mut text = format!("{}\n", self.machine);
        // Writing to a string does not fail.
        let _ = self.write_tables(&mut text);
        text
    }

    fn write_tables(&self, text: &mut String) -> std::fmt::Result {
        if !self.calls.is_empty() {
            writeln!(
                text,
                "\n| call | client | CPU us | to reqwest | to hyper | allocations | bytes | requests | connections \
                 | p50 us | p99 us | peak MB |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
            )?;
        }
        for scenario in &self.calls {
            for it in &scenario.clients {
                writeln!(
                    text,
                    "| {} | {} | {:.1} | {:.2} | {:.2} | {:.0} | {:.0} | {:.4} | {} | {:.0} | {:.0} | {:.1} |",
                    title(scenario),
                    name(it.kind),
                    it.cpu_us,
                    it.to_reqwest,
                    it.to_hyper,
                    it.allocations,
                    it.bytes,
                    it.requests,
                    it.connections_in_all,
                    it.p50_us,
                    it.p99_us,
                    megabytes(it.peak_memory_of_process)
                )?;
            }
        }
        self.write_instructions(text)?;
        if !self.types.is_empty() {
            writeln!(
                text,
                "\n| document | decode ns | by hand | ratio | allocations | by hand | encode ns | by hand | ratio \
                 | decode, instructions | by hand | ratio |\n\
                 |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
            )?;
        }
        for Codec {
            document,
            decode,
            encode,
            crate_instructions,
            hand_instructions,
        } in &self.types
        {
            let own = crate_instructions.unwrap_or(f64::NAN);
            let by_hand = hand_instructions.unwrap_or(f64::NAN);
            writeln!(
                text,
                "| {document} | {:.0} | {:.0} | {:.2} | {:.0} | {:.0} | {:.0} | {:.0} | {:.2} | {own:.0} | {by_hand:.0} | {:.3} |",
                decode.crate_ns,
                decode.hand_ns,
                decode.ratio,
                decode.crate_allocations,
                decode.hand_allocations,
                encode.crate_ns,
                encode.hand_ns,
                encode.ratio,
                own / by_hand
            )?;
        }
        for Curve {
            kind,
            protocol,
            points,
        } in &self.scale
        {
            writeln!(
                text,
                "\n| in flight: {}, {} | calls per CPU s | peak MB | KB a call |",
                name(*kind),
                shown(*protocol)
            )?;
            writeln!(text, "|--:|--:|--:|--:|")?;
            for it in points {
                let kilobytes = it.memory_per_call / 1e3;
                let (rate, peak) = (it.calls_per_cpu_second, megabytes(it.peak_memory));
                writeln!(
                    text,
                    "| {} | {rate:.0} | {peak:.1} | {kilobytes:.1} |",
                    it.in_flight
                )?;
            }
        }
        if let Some(Cold {
            by_crate,
            by_reqwest,
            build_ratio,
            first_answer_ratio,
        }) = &self.cold
        {
            writeln!(
                text,
                "\n| cold | atlas-backup | reqwest | ratio |\n|---|--:|--:|--:|"
            )?;
            let (one, other) = (by_crate.build_cpu_s, by_reqwest.build_cpu_s);
            writeln!(
                text,
                "| build, CPU s | {one:.1} | {other:.1} | {build_ratio:.2} |"
            )?;
            writeln!(
                text,
                "| crates | {} | {} | |",
                by_crate.crates, by_reqwest.crates
            )?;
            let (one, other) = (by_crate.first_answer_cpu_ms, by_reqwest.first_answer_cpu_ms);
            writeln!(
                text,
                "| first answer, CPU ms | {one:.1} | {other:.1} | {first_answer_ratio:.2} |"
            )?;
        }
        self.write_waits(text)?;
        if !self.soak.is_empty() {
            writeln!(text, "\n| calls so far | memory MB |\n|--:|--:|")?;
        }
        for Mark { calls, memory } in &self.soak {
            writeln!(text, "| {calls} | {:.2} |", megabytes(*memory))?;
        }
        Ok(())
    }

    fn write_instructions(&self, text: &mut String) -> std::fmt::Result {
        for scenario in &self.instructions {
            let auth = auth(scenario.auth);
            let protocol = shown(scenario.protocol);
            let counter = scenario.counter;
            writeln!(
                text,
                "\n| {auth}, {protocol}, by {counter:?} | a call | to reqwest |\n|---|--:|--:|"
            )?;
            for client in &scenario.clients {
                let name = name(client.kind);
                writeln!(
                    text,
                    "| {name} | {:.0} | {:.3} |",
                    client.a_call, client.to_reqwest
                )?;
            }
            if let Some(with_answers) = scenario.by_hand_with_answers {
                writeln!(text, "| reqwest, its answers too | {with_answers:.0} | |")?;
            }
        }
        Ok(())
    }
}

impl Report {
    fn write_waits(&self, text: &mut String) -> std::fmt::Result {
        let Waits {
            hours,
            swarms,
            ill,
            many,
            memory_per_wait,
        } = &self.waits;
        if hours.is_empty() {
            return Ok(());
        }
        writeln!(
            text,
            "\n| waits | clients | ill % | paced | requests | throttled | last delay s | on average | busiest to \
             quietest | others' calls | spoilt | CPU s | peak MB |\n\
             |--:|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
        )?;
        for hour in hours.iter().chain(swarms).chain(ill).chain(many) {
            write_hour(text, hour)?;
        }
        let kilobytes = memory_per_wait / 1024.;
        writeln!(text, "\nA wait that pauses takes {kilobytes:.2} KiB.")
    }
}

fn write_hour(text: &mut String, hour: &Hour) -> std::fmt::Result {
    writeln!(
        text,
        "| {} in {} | {} | {} | {} | {} | {} | {:.0} | {:.0} | {:.1} | {} | {} | {:.1} | {:.0} |",
        hour.waits,
        hour.projects,
        hour.clients,
        hour.ill_percent,
        if hour.is_paced { "yes" } else { "no" },
        hour.requests,
        hour.refused,
        hour.latest_s,
        hour.average_s,
        hour.imbalance,
        hour.others,
        hour.others_spoilt,
        hour.cpu_s,
        megabytes(hour.peak_memory)
    )
}

pub fn title(scenario: &Scenario) -> String {
    format!(
        "{}, {}, {} in flight",
        auth(scenario.auth),
        shown(scenario.protocol),
        scenario.in_flight
    )
}

fn auth(auth: Auth) -> &'static str {
    match auth {
        Auth::Bearer => "bearer",
        Auth::Digest => "digest",
    }
}

pub fn shown(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Plain => "HTTP/1.1",
        Protocol::Tls => "TLS HTTP/2",
    }
}

pub fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Crate => "atlas-backup",
        Kind::Reqwest => "reqwest by hand",
        Kind::Hyper => "hyper",
    }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Processor, cores and system.
fn machine() -> String {
    let field = |file: &str, key: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text
            .lines()
            .find_map(|line| Some(line.strip_prefix(key)?.trim_matches([' ', '\t', ':', '='])));
        line.unwrap_or("unknown").trim_matches('"').to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(1, |count| count.get());
    format!(
        "{}, {cores} cores, {}",
        field("/proc/cpuinfo", "model name"),
        field("/etc/os-release", "PRETTY_NAME")
    )
}
