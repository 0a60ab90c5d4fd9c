//! What comes before the first answer: the first build of a program that uses the crate, and the
//! first call of a process, over TLS and with the platform's trust store. Beside a program on plain
//! reqwest with its defaults.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use atlas_backup::simulator::Simulator;
use serde::{Deserialize, Serialize};

use crate::server::{Protocol, Server};
use crate::statistics::{median, median_ratio};
use crate::{Result, usage};

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Cold {
    pub by_crate: Figures,
    pub by_reqwest: Figures,
    /// CPU of the crate in relation to reqwest.
    pub build_ratio: f64,
    pub first_answer_ratio: f64,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Figures {
    /// Of `cargo build` with an empty target directory and all sources there.
    pub build_cpu_s: f64,
    pub crates: usize,
    /// Of the optimized program, from its start to its end, which the first answer is.
    pub first_answer_cpu_ms: f64,
}

struct Hello {
    directory: PathBuf,
    name: &'static str,
}

pub fn run() -> Result<Cold> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("no root")?;
    let own = format!("{{ path = {:?} }}", root.to_string_lossy());
    let by_crate = Hello::new(
        "atlas-backup",
        &own,
        include_str!("../hello/atlas_backup.rs"),
        root,
    )?;
    let by_reqwest = Hello::new(
        "reqwest",
        "\"0.13\"",
        include_str!("../hello/reqwest.rs"),
        root,
    )?;
    let builds = [by_crate.build()?, by_reqwest.build()?];
    let server = Server::start(Protocol::Tls)?;
    let mut times =
        [by_crate.optimize()?, by_reqwest.optimize()?].map(|program| (program, Vec::new()));
    for _ in 0..41 {
        for (program, times) in &mut times {
            times.push(first_answer(program, &server)?);
        }
    }
    let [one, other] = times.map(|(_, times)| times);
    let figures = |(build_cpu_s, crates): (f64, usize), times: &[f64]| {
        let first_answer_cpu_ms = median(times.iter().copied());
        Figures {
            build_cpu_s,
            crates,
            first_answer_cpu_ms,
        }
    };
    Ok(Cold {
        build_ratio: builds[0].0 / builds[1].0,
        first_answer_ratio: median_ratio(&one, &other),
        by_crate: figures(builds[0], &one),
        by_reqwest: figures(builds[1], &other),
    })
}

impl Hello {
    /// A package outside of any workspace, with the versions that this one is locked to.
    fn new(name: &'static str, dependency: &str, code: &str, root: &Path) -> Result<Self> {
        let directory = std::env::temp_dir()
            .join(format!("atlas-backup-cold-{}", std::process::id()))
            .join(name);
        fs::create_dir_all(directory.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"hello\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{name} = {dependency}\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n"
        );
        fs::write(directory.join("Cargo.toml"), manifest)?;
        fs::write(directory.join("src/main.rs"), code)?;
        fs::copy(root.join("Cargo.lock"), directory.join("Cargo.lock"))?;
        let hello = Self { directory, name };
        hello.cargo(&["fetch"])?;
        Ok(hello)
    }

    /// Runs cargo and hands back what it said.
    fn cargo(&self, arguments: &[&str]) -> Result<String> {
        eprintln!("cold: cargo {} for {}", arguments.join(" "), self.name);
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo
            .args(arguments)
            .current_dir(&self.directory)
            .env("CARGO_TARGET_DIR", self.directory.join("target"));
        let output = cargo.stdin(Stdio::null()).output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() {
            Ok(said)
        } else {
            Err(said.into())
        }
    }

    fn build(&self) -> Result<(f64, usize)> {
        let before = usage::childrens_cpu();
        let said = self.cargo(&["build", "--offline"])?;
        let compiled = said
            .lines()
            .filter(|line| line.trim_start().starts_with("Compiling "))
            .count();
        Ok(((usage::childrens_cpu() - before).as_secs_f64(), compiled))
    }

    fn optimize(&self) -> Result<PathBuf> {
        self.cargo(&["build", "--offline", "--release"])?;
        Ok(self.directory.join("target/release/hello"))
    }
}

impl Drop for Hello {
    fn drop(&mut self) {
        // Gigabytes that nobody needs.
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// Milliseconds of CPU of a process that makes one call.
fn first_answer(program: &Path, server: &Server) -> Result<f64> {
    let before = usage::childrens_cpu();
    let mut command = Command::new(program);
    command.envs(server.trust()).stdout(Stdio::null());
    command.env("MONGODB_ATLAS_BASE_URL", &server.place.base_url);
    command.env("MONGODB_ATLAS_ACCESS_TOKEN", Simulator::ACCESS_TOKEN);
    if !command.status()?.success() {
        return Err(format!("{} failed", program.display()).into());
    }
    Ok((usage::childrens_cpu() - before).as_secs_f64() * 1e3)
}
