//! Output: the result to the standard output, and progress to the standard error.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use atlas_backup::Poll;
use atlas_backup::types::CloudBackupRestoreJob;
use console::{Term, truncate_str};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::Instant;

/// Progress: one line that moves in a terminal, and a line for each change elsewhere.
pub struct Display {
    begun: Instant,
    polls: u32,
    bar: Option<ProgressBar>,
    /// The last message, without the number of the poll.
    shown: String,
}

impl Display {
    pub fn new() -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{spinner:.cyan} {elapsed_precise} {msg}");
            bar.set_style(style.expect("the template is a template"));
            bar.enable_steady_tick(Duration::from_millis(100));
            bar.with_message("polling")
        });
        Display {
            begun: Instant::now(),
            polls: 0,
            bar,
            shown: String::new(),
        }
    }

    pub fn poll(&mut self, poll: Poll<'_, CloudBackupRestoreJob>) {
        self.polls = poll.number();
        match (poll.result(), poll.outcome()) {
            (Ok(job), Some(outcome)) => self.show(format!("{outcome}, {}", kind(job))),
            (Ok(job), None) => self.show(format!("running, {}", kind(job))),
            (Err(error), _) => self.show(error.to_string()),
        }
    }

    fn show(&mut self, message: String) {
        let polls = self.polls;
        match &self.bar {
            Some(bar) => {
                // The spinner and the time take 11 columns.
                let width = usize::from(Term::stderr().size().1).saturating_sub(12);
                let message = format!("poll {polls}: {message}");
                bar.set_message(truncate_str(&message, width, "…").into_owned());
            }
            None => {
                if self.shown != message {
                    let seconds = self.begun.elapsed().as_secs();
                    report(&format!("{seconds:>4}s poll {polls}: {message}"));
                    self.shown = message;
                }
            }
        }
    }

    pub fn so_far(&self) -> String {
        let polls = self.polls;
        format!(
            "{polls} poll{} in {:.1}s",
            if polls == 1 { "" } else { "s" },
            self.begun.elapsed().as_secs_f64()
        )
    }

    pub fn clear(&self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }
}

/// Describes the job.
pub fn kind(job: &CloudBackupRestoreJob) -> String {
    match (
        job.delivery_type.as_ref().map(|it| it.as_str()),
        job.target_cluster_name.as_deref(),
    ) {
        (Some("download"), _) => "download".to_owned(),
        (Some(delivery), Some(cluster)) => format!("{delivery} restore to {cluster}"),
        (Some(delivery), None) => format!("{delivery} restore"),
        (None, _) => "restore".to_owned(),
    }
}

/// What a shell reports of a program that a closed pipe ended.
const PIPE_CLOSED: i32 = 141;

/// Prints a line of the result. A closed pipe ends the program.
pub fn print(line: &str) {
    if writeln!(io::stdout(), "{line}").is_err() {
        std::process::exit(PIPE_CLOSED);
    }
}

/// Writes a line of progress. If nobody reads it, the program goes on.
pub fn report(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
