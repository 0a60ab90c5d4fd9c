//! Output: results to the standard output, and progress to the standard error. Progress is a bar in
//! a terminal, and a line now and then elsewhere.

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
        let bar = io::stderr().is_terminal().then(|| bar(&board));
        Display { board, bar }
    }

    /// Shows the progress until it is dropped.
    pub async fn run(&self) {
        let mut shown = String::new();
        loop {
            match &self.bar {
                Some(bar) => {
                    self.draw(bar);
                    sleep(Duration::from_millis(100)).await;
                }
                None => {
                    sleep(Duration::from_secs(2)).await;
                    let line = self.board.line();
                    if line != shown {
                        report(&format!("{:>4}s {line}", self.board.elapsed().as_secs()));
                        shown = line;
                    }
                }
            }
        }
    }

    fn draw(&self, bar: &ProgressBar) {
        let counts = self.board.counts();
        bar.set_position((counts.done + counts.failed) as u64);
        // Time and bar take 16 columns.
        let width = usize::from(Term::stderr().size().1).saturating_sub(17);
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
    let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{elapsed:>4} [{bar:8}] {msg}");
    bar.with_style(
        style
            .expect("the template is a template")
            .progress_chars("=> "),
    )
}

/// What a shell reports of a program that a closed pipe ended.
const PIPE_CLOSED: i32 = 141;

/// Prints a line of the results. A closed pipe, as of `| head -1`, ends the program.
pub fn print(line: &str) {
    if writeln!(io::stdout(), "{line}").is_err() {
        std::process::exit(PIPE_CLOSED);
    }
}

/// Writes a line of progress. If nobody reads it, the program goes on.
pub fn report(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
