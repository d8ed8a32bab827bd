//! What Redis does not have: the ladder that writes travel.

use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec};
use crate::resp::Reply;

pub(super) const COMMANDS: &[Spec] = &[
    row("forebay.flush", 1, Keys::NONE, flush, "Waits until every write so far is stored."),
    row("forebay.explain", 2, Keys::ONE, explain, "Tells where a key is and why."),
];

const fn row(name: &'static str, arity: i32, keys: Keys, run: Run, summary: &'static str) -> Spec {
    Spec::new(name, arity, Access::Alone, keys, run, summary).of("forebay")
}

fn flush(call: &mut Call<'_>) -> Result<Answer, Failure> {
    Answer::of(call.keyspace().flush(), |()| Ok(Reply::OK))
}

fn explain(call: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::Now(Reply::Text(call.keyspace().explain(&call.key(1)?))))
}
