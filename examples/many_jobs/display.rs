//! What is shown while the jobs go on: a bar where there is a terminal, else a line now and then.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;

use console::{Term, truncate_str};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::sleep;

use crate::board::Board;

pub struct Display {
    board: Arc<Board>,
    bar: Option<ProgressBar>,
}

impl Display {
    pub fn new(board: Arc<Board>) -> Self {
        let bar = io::stdout().is_terminal().then(|| bar(&board));
        Display { board, bar }
    }

    /// Shows how far all are, without end.
    pub async fn run(&self) {
        let mut told = String::new();
        loop {
            match &self.bar {
                Some(bar) => {
                    self.draw(bar);
                    sleep(Duration::from_millis(100)).await;
                }
                None => {
                    sleep(Duration::from_secs(2)).await;
                    let line = self.board.line();
                    if line != told {
                        say(&format!("{:>4}s {line}", self.board.elapsed().as_secs()));
                        told = line;
                    }
                }
            }
        }
    }

    fn draw(&self, bar: &ProgressBar) {
        let counts = self.board.counts();
        bar.set_position((counts.done + counts.failed) as u64);
        // What stands before it takes 16 columns.
        let width = usize::from(Term::stdout().size().1).saturating_sub(17);
        let line = self.board.line();
        bar.set_message(truncate_str(&line, width, "…").into_owned());
    }

    pub fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(board: &Board) -> ProgressBar {
    let all = board.rows().len() as u64;
    let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stdout());
    let style = ProgressStyle::with_template("{elapsed:>4} [{bar:8}] {msg}");
    bar.with_style(
        style
            .expect("the template is a template")
            .progress_chars("=> "),
    )
}

/// Prints a line. That nobody reads it any more, as in `| head`, is no reason to stop: the exit
/// code is left.
pub fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
