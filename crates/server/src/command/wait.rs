//! Waiting until writes are safer than they were when they were answered.

use std::time::Duration;

use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec};
use crate::resp::{Reply, parse_integer};

pub(super) const COMMANDS: &[Spec] = &[
    row("wait", 3, wait, "Counts the replicas that have the writes: none."),
    row("waitaof", 4, waitaof, "Waits until the writes survive a power cut."),
];

/// Both come after all commands of their connection that were sent before: those are answered, so what
/// they wrote has been accepted.
const fn row(name: &'static str, arity: i32, run: Run, summary: &'static str) -> Spec {
    Spec::new(name, arity, Access::Alone, Keys::NONE, run, summary).of("generic")
}

/// There are no replicas and there will be none, so there is nothing to wait for.
fn wait(call: &mut Call<'_>) -> Result<Answer, Failure> {
    call.integer(1)?;
    timeout(call, 2)?;
    Ok(Answer::Now(Reply::Integer(0)))
}

fn waitaof(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let wants_local = match call.integer(1)? {
        0 => false,
        1 => true,
        _ => return Err(Failure::fixed("ERR value is out of range, must be between 0 and 1")),
    };
    if call.integer(2)? < 0 {
        return Err(Failure::fixed("ERR value is out of range, must be positive"));
    }
    let limit = timeout(call, 3)?;
    // Without a journal only the store survives a power cut.
    let has_journal = call.server.config.journal_path().is_some();
    let safe = if has_journal { call.keyspace().sync() } else { call.keyspace().flush() };
    let safe = match safe.try_take() {
        Ok(outcome) => return outcome.map_err(Failure::from).map(|()| reply(true).into()),
        // Who wants to wait for nothing is told how things stand; the sync goes on.
        Err(_) if !wants_local => return Ok(reply(false).into()),
        Err(op) => op,
    };
    Ok(Answer::later(async move {
        if limit.is_zero() {
            return Ok(reply(safe.await.map(|()| true)?));
        }
        match tokio::time::timeout(limit, safe).await {
            Ok(outcome) => Ok(reply(outcome.map(|()| true)?)),
            Err(_) => Ok(reply(false)),
        }
    }))
}

fn reply(is_safe: bool) -> Reply {
    Reply::Array(vec![Reply::Integer(is_safe.into()), Reply::Integer(0)])
}

/// A time in milliseconds; zero is no limit.
fn timeout(call: &Call<'_>, index: usize) -> Result<Duration, Failure> {
    let millis = parse_integer(call.argument(index))
        .ok_or(Failure::fixed("ERR timeout is not an integer or out of range"))?;
    let millis = u64::try_from(millis).map_err(|_| Failure::fixed("ERR timeout is negative"))?;
    Ok(Duration::from_millis(millis))
}
