//! Keys as such.

use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec};
use crate::resp::Reply;

pub(super) const COMMANDS: &[Spec] = &[
    row("del", -2, Access::Write, Keys::ALL, del, "Deletes some keys."),
    row("unlink", -2, Access::Write, Keys::ALL, del, "Deletes some keys."),
    row("exists", -2, Access::Read, Keys::ALL, exists, "Counts the keys that exist."),
    row("touch", -2, Access::Read, Keys::ALL, exists, "Counts the keys that exist."),
    row("type", 2, Access::Read, Keys::ONE, kind, "Returns the type of a value."),
];

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

fn del(call: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(call.keyspace().delete_each(call.keys()?, call.way()))
}

fn exists(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let count = |count: &mut usize, record: Option<_>| {
        *count += usize::from(record.is_some());
        Ok(())
    };
    call.keyspace().get_each(call.keys()?, 0, count, Reply::count)
}

fn kind(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let op = call.keyspace().get(&call.key(1)?);
    Answer::of(op, |record| Ok(Reply::Status(record.map_or("none", |_| "string"))))
}
