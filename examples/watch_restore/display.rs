//! What is shown of a job while it goes on.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use atlas_backup::Poll;
use atlas_backup::types::CloudBackupRestoreJob;
use console::{Term, truncate_str};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::Instant;

/// One line that moves where there is a terminal, else a line for each change.
pub struct Display {
    begun: Instant,
    polls: u32,
    bar: Option<ProgressBar>,
    /// What was told last, without what changes with every poll.
    told: String,
}

impl Display {
    pub fn new() -> Self {
        let bar = io::stdout().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stdout());
            let style = ProgressStyle::with_template("{spinner:.cyan} {elapsed_precise} {msg}");
            bar.set_style(style.expect("the template is a template"));
            bar.enable_steady_tick(Duration::from_millis(100));
            bar.with_message("asking")
        });
        Display {
            begun: Instant::now(),
            polls: 0,
            bar,
            told: String::new(),
        }
    }

    pub fn poll(&mut self, poll: Poll<'_, CloudBackupRestoreJob>) {
        self.polls = poll.number();
        match (poll.result(), poll.outcome()) {
            (Ok(job), Some(outcome)) => self.tell(format!("{outcome}, {}", kind(job))),
            (Ok(job), None) => self.tell(format!("running, {}", kind(job))),
            // Errors that may pass are ridden out; who watches wants to know. Others are told at
            // the end.
            (Err(error), _) if error.is_retryable() => self.tell(error.to_string()),
            (Err(_), _) => {}
        }
    }

    fn tell(&mut self, words: String) {
        let polls = self.polls;
        match &self.bar {
            Some(bar) => {
                // What stands before it takes 11 columns.
                let width = usize::from(Term::stdout().size().1).saturating_sub(12);
                let message = format!("poll {polls}: {words}");
                bar.set_message(truncate_str(&message, width, "…").into_owned());
            }
            None => {
                if self.told != words {
                    say(&format!(
                        "{:>4}s poll {polls}: {words}",
                        self.begun.elapsed().as_secs()
                    ));
                    self.told = words;
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

/// What the job does.
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

/// Prints a line. That nobody reads it any more, as in `| head`, is no reason to stop watching: the
/// exit code is left.
pub fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
