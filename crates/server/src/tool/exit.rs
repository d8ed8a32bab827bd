//! How a task ends.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use forebay::{Error, Result};

use super::command::Task;
use super::{dump, inspect, repair, replay, verify};
use crate::report;

/// What a task found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Everything that was acknowledged is there.
    Good = 0,
    /// Something is missing.
    Damaged = 1,
}

/// What is answered when nothing could be found out.
const REFUSED: u8 = 2;

/// Does what was asked for.
pub(crate) fn run(task: Task) -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let done = match task {
        Task::Inspect(common) => inspect::run(&common, &mut out),
        Task::Verify(common) => verify::run(&common, &mut out),
        Task::Dump(dump) => dump::run(&dump, &mut out),
        Task::Replay(replay) => replay::run(&replay, &mut out),
        Task::Repair { common, to } => repair::run(&common, &to, &mut out),
    };
    end(&mut out, done)
}

/// Ends the program as a task has ended.
pub(super) fn end(out: &mut dyn Write, done: Result<Exit>) -> ExitCode {
    let done = done.and_then(|exit| out.flush().map(|()| exit).map_err(unwritten));
    match done {
        Ok(exit) => ExitCode::from(exit as u8),
        // Who reads no more, as `head` does, has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report::tell(error.chain());
            ExitCode::from(REFUSED)
        }
    }
}

/// That something could not be printed.
pub(super) fn unwritten(error: io::Error) -> Error {
    Error::unavailable("write to stdout").with_source(error)
}

fn is_broken_pipe(error: &Error) -> bool {
    let source = std::error::Error::source(error).and_then(|it| it.downcast_ref::<io::Error>());
    source.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// The end of a task that prints a text.
pub(super) fn print(out: &mut dyn Write, text: &str) -> Result<()> {
    out.write_all(text.as_bytes()).map_err(unwritten)
}
