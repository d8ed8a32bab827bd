//! What Redis does not have: the ladder that writes travel.

use std::sync::Arc;

use forebay::Durability;

use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec};
use crate::config::{RUNGS, rung};
use crate::resp::Reply;

pub(super) const COMMANDS: &[Spec] = &[
    row(
        "forebay.durability",
        -1,
        Keys::NONE,
        durability,
        "Says how safe this client's writes are.",
    ),
    row("forebay.flush", 1, Keys::NONE, flush, "Waits until every write so far is stored."),
    row("forebay.explain", 2, Keys::ONE, explain, "Tells where a key is and why."),
    row("forebay.metrics", 1, Keys::NONE, metrics, "Returns everything in numbers."),
    row("forebay.quarantined", -1, Keys::NONE, quarantined, "Returns what the store refused."),
    row("forebay.replay", 2, Keys::ONE, replay, "Tries again what the store refused."),
];

/// How many writes in quarantine are shown if nothing else is asked for.
const SHOWN: usize = 100;
/// How many are shown at most, because a key may be long.
const SHOWN_MAX: usize = 1024;
/// How many are tried again before other clients get their turn.
const REPLAYED_TOGETHER: usize = 64;

const fn row(name: &'static str, arity: i32, keys: Keys, run: Run, summary: &'static str) -> Spec {
    Spec::new(name, arity, Access::Alone, keys, run, summary).of("forebay")
}

fn durability(call: &mut Call<'_>) -> Result<Answer, Failure> {
    match call.len() {
        1 => Ok(Answer::Now(Reply::bulk(call.session.rung.to_string()))),
        2 => {
            let rung = rung(call.argument(1)).ok_or_else(|| {
                Failure::new(format!("durability must be {}", RUNGS.join(" or ")))
            })?;
            let needs_journal = matches!(rung, Durability::Journaled | Durability::Synced);
            if needs_journal && call.server.config.journal_path().is_none() {
                let text = format!("durability {rung} needs a journal, and this server has none");
                return Err(Failure::new(text));
            }
            call.session.rung = rung;
            Ok(Answer::OK)
        }
        _ => Err(Failure::arity(call.spec.name)),
    }
}

fn flush(call: &mut Call<'_>) -> Result<Answer, Failure> {
    Answer::of(call.keyspace().flush(), |()| Ok(Reply::OK))
}

fn explain(call: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::Now(Reply::Text(call.keyspace().explain(&call.key(1)?))))
}

fn metrics(call: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::Now(Reply::Text(crate::metrics::text(call.server))))
}

fn quarantined(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let count = match call.len() {
        1 => SHOWN,
        3 if call.is(1, "count") => {
            let count = usize::try_from(call.integer(2)?).ok().filter(|count| *count >= 1);
            count.ok_or(Failure::SYNTAX)?.min(SHOWN_MAX)
        }
        _ => return Err(Failure::SYNTAX),
    };
    let pairs = call.keyspace().quarantined(count).into_iter().map(|refused| {
        Reply::Array(vec![Reply::Bulk(refused.key), Reply::bulk(refused.cause.chain())])
    });
    Ok(Answer::Now(Reply::Array(pairs.collect())))
}

fn replay(call: &mut Call<'_>) -> Result<Answer, Failure> {
    if !call.is(1, "all") {
        let is_replayed = call.keyspace().replay(&call.key(1)?);
        return Ok(Answer::Now(Reply::Integer(is_replayed.into())));
    }
    let keyspace = Arc::clone(call.keyspace());
    Ok(Answer::later(async move {
        let mut count = 0;
        for refused in keyspace.quarantined(usize::MAX).chunks(REPLAYED_TOGETHER) {
            count += refused.iter().filter(|refused| keyspace.replay(&refused.key)).count();
            tokio::task::yield_now().await;
        }
        Ok(Reply::count(count))
    }))
}
