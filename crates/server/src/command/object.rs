//! What is known of a value beside its bytes.

use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec};
use crate::resp::{Reply, parse_integer};

pub(super) const COMMANDS: &[Spec] = &[
    row("object", -2, Access::Alone, Keys::NONE, help, "Tells what is known of a value.").with(&[
        row("object|encoding", 3, Access::Read, KEY, encoding, "Tells how a value is held: raw."),
        row("object|freq", 3, Access::Read, KEY, frequency, "Refused: uses are not counted."),
        row("object|help", 2, Access::Alone, Keys::NONE, help, "Names the subcommands."),
        row("object|idletime", 3, Access::Read, KEY, idle, "Refused: uses are not dated."),
        row("object|refcount", 3, Access::Read, KEY, references, "Returns 1."),
    ]),
    row("memory", -2, Access::Alone, Keys::NONE, memory_help, "Tells what memory is used for.")
        .of("server")
        .with(&[
            row("memory|help", 2, Access::Alone, Keys::NONE, memory_help, "Names the subcommands.")
                .of("server"),
            row("memory|usage", -3, Access::Read, KEY, usage, "Returns the bytes of a key.")
                .of("server"),
        ]),
];

/// The key of a subcommand.
const KEY: Keys = Keys { first: 2, last: 2, step: 1 };

const fn row(
    name: &'static str,
    arity: i32,
    access: Access,
    keys: Keys,
    run: Run,
    summary: &'static str,
) -> Spec {
    Spec::new(name, arity, access, keys, run, summary).of("generic")
}

const HELP: [&str; 6] = [
    "OBJECT <subcommand> [<arg> ...]. Subcommands are:",
    "ENCODING <key>",
    "FREQ <key>",
    "IDLETIME <key>",
    "REFCOUNT <key>",
    "HELP",
];

const MEMORY_HELP: [&str; 3] =
    ["MEMORY <subcommand> [<arg> ...]. Subcommands are:", "USAGE <key> [SAMPLES <count>]", "HELP"];

fn help(_call: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::Now(Reply::Array(HELP.map(Reply::Status).into())))
}

fn memory_help(_call: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::Now(Reply::Array(MEMORY_HELP.map(Reply::Status).into())))
}

fn encoding(call: &mut Call<'_>) -> Result<Answer, Failure> {
    of_value(call, Ok(Reply::fixed("raw")))
}

fn references(call: &mut Call<'_>) -> Result<Answer, Failure> {
    of_value(call, Ok(Reply::Integer(1)))
}

fn frequency(call: &mut Call<'_>) -> Result<Answer, Failure> {
    of_value(
        call,
        Err(Failure::fixed(
            "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when \
             switching between policies at runtime LRU and LFU data will take some time to adjust.",
        )),
    )
}

fn idle(call: &mut Call<'_>) -> Result<Answer, Failure> {
    of_value(call, Err(Failure::fixed("ERR idle time is not tracked")))
}

/// The same for every value; nothing where there is none.
fn of_value(call: &Call<'_>, answer: Result<Reply, Failure>) -> Result<Answer, Failure> {
    Answer::of(call.keyspace().get(&call.key(2)?), move |record| {
        record.map_or(Ok(Reply::Null), |_| answer)
    })
}

fn usage(call: &mut Call<'_>) -> Result<Answer, Failure> {
    // How many parts of a value to look at: a string has none.
    for index in (3..call.len()).step_by(2) {
        if !call.is(index, "samples") || index + 1 == call.len() {
            return Err(Failure::SYNTAX);
        }
        let samples = parse_integer(call.argument(index + 1)).ok_or(Failure::NOT_AN_INTEGER)?;
        if samples < 0 {
            return Err(Failure::SYNTAX);
        }
    }
    let key = call.key(2)?;
    let keyspace = std::sync::Arc::clone(call.keyspace());
    Answer::of(call.keyspace().get(&key), move |record| {
        let Some(record) = record else { return Ok(Reply::Null) };
        Ok(Reply::count(keyspace.weight(&key).unwrap_or(key.len() + record.data.len())))
    })
}
