//! The server as a whole.

use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec, configuration, info};
use crate::resp::Reply;

pub(super) const COMMANDS: &[Spec] = &[
    row("dbsize", 1, dbsize, "Counts the keys."),
    row("flushall", -1, flushall, "Deletes all keys."),
    row("flushdb", -1, flushall, "Deletes all keys."),
    row("time", 1, time, "Returns the time of the server."),
    row("info", -1, info::info, "Describes the server in numbers."),
    row("config", -2, configuration::help, "What is set.").with(configuration::SUBCOMMANDS),
];

const fn row(name: &'static str, arity: i32, run: Run, summary: &'static str) -> Spec {
    Spec::new(name, arity, Access::Alone, Keys::NONE, run, summary).of("server")
}

fn dbsize(call: &mut Call<'_>) -> Result<Answer, Failure> {
    Answer::of(call.keyspace().count(), |count| {
        Ok(Reply::Integer(i64::try_from(count).unwrap_or(i64::MAX)))
    })
}

fn time(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let millis = call.keyspace().now().0;
    // The seconds, and the microseconds of this one.
    let parts = [millis / 1000, millis % 1000 * 1000];
    Ok(Answer::Now(Reply::Array(parts.map(|part| Reply::bulk(part.to_string())).into())))
}

fn flushall(call: &mut Call<'_>) -> Result<Answer, Failure> {
    match call.len() {
        1 => {}
        2 if call.is(1, "sync") || call.is(1, "async") => {}
        _ => return Err(Failure::SYNTAX),
    }
    Answer::of(call.keyspace().clear(), |_| Ok(Reply::OK))
}
