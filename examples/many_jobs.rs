//! Polls many restore jobs at once and prints a table of their final states. Progress goes to the
//! standard error. Without arguments it polls a few hundred jobs of a simulated Atlas; `--help` says
//! how to poll real ones.

#[path = "many_jobs/arguments.rs"]
mod arguments;
#[path = "many_jobs/board.rs"]
mod board;
#[path = "many_jobs/display.rs"]
mod display;
#[path = "many_jobs/simulated.rs"]
mod simulated;
#[path = "many_jobs/table.rs"]
mod table;

use std::process::ExitCode;
use std::sync::Arc;

use arguments::{Arguments, HELP, arguments};
use atlas_backup::Client;
use board::Board;
use display::{Display, print, report};
use tokio::task::JoinSet;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            print(HELP);
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("{HELP}\n\nerror: {message}");
            return ExitCode::from(2);
        }
    };
    let is_simulated = arguments.ids.is_empty();
    let watched = if is_simulated {
        simulated::watch(arguments).await
    } else {
        match Client::from_env() {
            Ok(client) => Ok(watch(&client, &arguments).await),
            Err(error) => Err(error.into()),
        }
    };
    match watched {
        // Some of the simulated jobs fail on purpose.
        Ok(End::SomeFailed) if is_simulated => ExitCode::SUCCESS,
        Ok(End::SomeFailed) => ExitCode::FAILURE,
        Ok(End::AllSucceeded) => ExitCode::SUCCESS,
        Ok(End::Interrupted) => ExitCode::from(130),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

enum End {
    AllSucceeded,
    SomeFailed,
    Interrupted,
}

/// Waits for all jobs, or until Ctrl-C, and prints the table.
async fn watch(client: &Client, arguments: &Arguments) -> End {
    let board = Arc::new(Board::new(&arguments.ids, arguments.every));
    let display = Display::new(board.clone());
    let waits = start(client, arguments, &board);
    let all_finished = tokio::select! {
        _ = waits.join_all() => true,
        () = display.run() => unreachable!("it never ends"),
        // Without a handler, Ctrl-C ends the process.
        Ok(()) = tokio::signal::ctrl_c() => false,
    };
    display.clear();
    table::print(&board);
    if !all_finished {
        report("interrupted; the jobs themselves go on");
        return End::Interrupted;
    }
    if board.counts().failed > 0 {
        return End::SomeFailed;
    }
    End::AllSucceeded
}

/// Starts a wait for each job in a task of its own. The waits share the client, which paces their
/// polls within the rate limit of the project.
fn start(client: &Client, arguments: &Arguments, board: &Arc<Board>) -> JoinSet<()> {
    let mut waits = JoinSet::new();
    for (number, id) in arguments.ids.iter().enumerate() {
        let polled = board.clone();
        let wait = client
            .get_backup_restore_job()
            .group_id(&arguments.group)
            .cluster_name(&arguments.cluster)
            .restore_job_id(id)
            .until_done()
            .every(arguments.every)
            .within(arguments.within)
            .on_poll(move |poll| polled.poll(number, poll));
        let board = board.clone();
        waits.spawn(async move {
            let result = wait.await;
            board.end(number, result.err());
        });
    }
    waits
}
