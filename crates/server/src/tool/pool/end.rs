//! How a task ends.

use std::io::{self, BufWriter};
use std::process::ExitCode;

use forebay::{ErrorKind, Result};

use super::super::exit::{self, Exit};
use super::command::{Kind, Task};
use super::{gc, import, list, stats, verify};
use crate::report;

/// Does what was asked for.
pub(crate) fn run(task: &Task) -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let Task { kind, common } = task;
    let done = match kind {
        Kind::Verify => verify::run(common, &mut out),
        Kind::List(snapshot) => list::run(common, snapshot.as_deref(), &mut out),
        Kind::Gc { is_dry } => gc::run(common, *is_dry, &mut out),
        Kind::Import(brought) => import::run(common, brought, &mut out),
        Kind::Stats => stats::run(common, &mut out),
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
