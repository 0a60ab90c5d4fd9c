//! A part of the measurement in a process of its own: lines go in, a line of JSON comes back for
//! each.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Result;

pub struct Process {
    child: Child,
    /// Taken when it ends: a process whose input is closed ends by itself.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts one of the programs of this package.
    pub fn start(
        program: &str,
        arguments: &[&str],
        environment: &[(&str, String)],
    ) -> Result<Self> {
        let mut command = Command::new(own_program(program)?);
        command
            .args(arguments)
            .envs(environment.iter().map(|(name, value)| (name, value)));
        Process::spawn(command)
    }

    /// Starts the command, whose program is one of this package, perhaps under another that watches
    /// it.
    pub fn spawn(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = BufReader::new(child.stdout.take().ok_or("no output")?);
        Ok(Self {
            input: child.stdin.take(),
            child,
            output,
        })
    }

    pub fn tell(&mut self, line: impl Serialize) -> Result<()> {
        let input = self.input.as_mut().ok_or("no input")?;
        Ok(writeln!(input, "{}", serde_json::to_string(&line)?)?)
    }

    pub fn hear<T: DeserializeOwned>(&mut self) -> Result<T> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        serde_json::from_str(&line)
            .map_err(|error| format!("{line:?} from a process: {error}").into())
    }

    pub fn ask<T: DeserializeOwned>(&mut self, line: impl Serialize) -> Result<T> {
        self.tell(line)?;
        self.hear()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.input = None;
        // It has said what it had to say.
        let _ = self.child.wait();
    }
}

/// Returns the path of one of the programs of this package.
pub fn own_program(name: &str) -> Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(name))
}

/// In the other process: an answer.
pub fn say(value: impl Serialize) -> Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{}", serde_json::to_string(&value)?)?;
    Ok(output.flush()?)
}

/// In the other process: what is asked, until the one that asks has enough.
pub fn asked<T: DeserializeOwned>() -> impl Iterator<Item = Result<T>> {
    std::io::stdin()
        .lines()
        .map(|line| Ok(serde_json::from_str(&line?)?))
}
