//! The table of all jobs. What needs attention comes last, where a terminal shows it.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};

use atlas_backup::Outcome;
use console::Term;

use crate::board::{Board, Row};
use crate::display::print as print_line;

/// Prints the table, the number of jobs in each state, and the errors.
pub fn print(board: &Board) {
    let mut rows = board.rows();
    rows.sort_by_key(|row| (rank(row), row.id.clone()));
    let width = width();
    print_line(&format!(
        "{:<10} {:<24} {:<19} DELIVERY",
        "STATE", "JOB", "FINISHED"
    ));
    let mut counts = BTreeMap::new();
    for row in &rows {
        // A wrapped line would break the table.
        let line: String = line(row).chars().take(width).collect();
        print_line(line.trim_end());
        *counts.entry((rank(row), state(row))).or_insert(0) += 1;
    }
    let mut summary = Vec::new();
    for ((_, state), count) in counts {
        summary.push(format!("{count} {state}"));
    }
    let seconds = board.elapsed().as_secs_f64();
    let all = rows.len();
    print_line(&format!(
        "\n{all} jobs in {seconds:.1}s: {}",
        summary.join(", ")
    ));
    for row in &rows {
        if let Some(error) = &row.error {
            print_line(&format!("{}: {error}", row.id));
        }
    }
}

fn line(row: &Row) -> String {
    let mut finished = "-".to_owned();
    let mut delivery = "-".to_owned();
    if let Some(job) = &row.job {
        if let Some(at) = job.finished_at {
            finished = at.format("%F %T").to_string();
        }
        if let Some(kind) = &job.delivery_type {
            delivery = kind.to_string();
        }
        if let Some(target) = &job.target_cluster_name {
            delivery += &format!(" {target}");
        }
    }
    let state = state(row);
    let id = &row.id;
    format!("{state:<10} {id:<24} {finished:<19} {delivery}")
}

fn state(row: &Row) -> String {
    match (row.outcome, &row.error) {
        (Some(outcome), _) => outcome.to_string(),
        (None, Some(_)) => "unknown".to_owned(),
        (None, None) => "running".to_owned(),
    }
}

fn rank(row: &Row) -> u8 {
    match (row.outcome, &row.error) {
        (Some(Outcome::Succeeded), _) => 0,
        (None, None) => 1,
        (Some(Outcome::Expired), _) => 2,
        (Some(Outcome::Cancelled), _) => 3,
        (Some(_), _) => 4,
        (None, Some(_)) => 5,
    }
}

/// Returns the number of columns of the terminal. A pipe has no limit.
fn width() -> usize {
    if io::stdout().is_terminal() {
        Term::stdout().size().1.into()
    } else {
        usize::MAX
    }
}
