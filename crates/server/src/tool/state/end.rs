//! How a task ends.

use std::io::{self, BufWriter};
use std::process::ExitCode;

use forebay::{ErrorKind, Result};

use super::super::exit::{self, Exit};
use super::command::{Kind, Task};
use super::{checkpoint, export, import, inspect, purge, quarantine, restore, verify};
use crate::report;

/// Does what was asked for.
pub(crate) fn run(task: &Task) -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let Task { kind, common } = task;
    let done = match kind {
        Kind::Inspect => inspect::run(common, &mut out),
        Kind::Verify => verify::run(common, &mut out),
        Kind::Export => export::run(common, &mut out),
        Kind::Import(from) => import::run(common, from, &mut out),
        Kind::Quarantine => quarantine::run(common, &mut out),
        Kind::Purge(what) => purge::run(common, what, &mut out),
        Kind::Checkpoint(to) => checkpoint::run(common, to, &mut out),
        Kind::Restore(from) => restore::run(common, from, &mut out),
    };
    exit::end(&mut out, damaged(done))
}

/// What is damaged is told, and is an answer.
fn damaged(done: Result<Exit>) -> Result<Exit> {
    match done {
        Err(error) if error.kind() == ErrorKind::Corrupt => {
            report::tell(error.chain());
            Ok(Exit::Damaged)
        }
        done => done,
    }
}
