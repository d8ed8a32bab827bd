//! `forebay journal replay`.

use std::fmt::Write as _;
use std::io::Write;
use std::sync::Arc;

use forebay::journal::{Fold, Unstored};
use forebay::{
    Batch, BatchId, Codec, Condition, Edit, Error, Op, Outcome, Result, Seams, SharedStore, WriteOp,
};
use forebay_journal::{Verdict, verify};

use super::cache_record::CacheLabel;
use super::command::Replay;
use super::exit::{Exit, print};
use super::json::Object;
use super::shown::Shown;
use super::size::count;
use super::source::Source;
use super::verify::verdict;
use crate::config::StoreAddress;
use crate::octets::Octets;
use crate::open;
use crate::record::{Record, ServerCodec};

/// So many writes go to the store together, if it takes so many.
const TOGETHER_MAX: usize = 256;

/// A write with the types of the server.
type ServerWrite = WriteOp<Octets, Record>;

/// What became of the writes.
#[derive(Default)]
struct Outcomes {
    stored: u64,
    /// Left out, because the store had refused them before.
    quarantined: Vec<Left>,
    /// What the store did not take now.
    failed: Vec<Left>,
}

/// A write that is not in the store.
struct Left {
    key: Octets,
    cause: Error,
}

/// Stores what is unstored. The journal is read and nothing else; its lock is held meanwhile.
pub(super) fn run(replay: &Replay, out: &mut dyn Write) -> Result<Exit> {
    let source = Source::new(&replay.common);
    let address = address(&replay.to)?;
    refuse_foreign(&source)?;
    let _locks = source.lock()?;
    let mut fold = Fold::default();
    let verified = verify(source.directories()?, |_, record| {
        source.progress.count();
        fold.take(record)
    });
    source.progress.end();
    let verified = verified?;
    if matches!(verified.verdict, Verdict::Damaged(_)) {
        let hint = "nothing was stored: copy what is good with `repair`, and replay the copy\n";
        print(out, &(verdict(&verified) + hint))?;
        return Ok(Exit::Damaged);
    }
    let store = open::store(&address, &Seams::real())?;
    let outcomes = store_all(replay, &source, &store, fold)?;
    let report = if replay.common.json { outcomes.json() } else { outcomes.text() };
    print(out, &report)?;
    let is_all = outcomes.failed.is_empty() && outcomes.quarantined.is_empty();
    Ok(if is_all { Exit::Good } else { Exit::Damaged })
}

pub(super) fn address(text: &str) -> Result<StoreAddress> {
    match StoreAddress::parse(text) {
        Some(StoreAddress::Memory) | None => {
            Err(Error::invalid(format!("{text:?} is no store to keep: redb:PATH or dir:PATH")))
        }
        Some(address) => Ok(address),
    }
}

/// Only the server's own writes can be told from bytes of an application.
pub(super) fn refuse_foreign(source: &Source<'_>) -> Result<()> {
    let Some(label) = source.label()? else {
        return Err(Error::invalid("there is no journal here, or its identity is damaged"));
    };
    if CacheLabel::of(&label).is_some_and(|label| label.is_servers) {
        return Ok(());
    }
    let servers = CacheLabel::servers();
    let message = format!("the journal is labelled {label:?}; only {servers:?} can be replayed");
    Err(Error::invalid(message))
}

fn store_all(
    replay: &Replay,
    source: &Source<'_>,
    store: &SharedStore<Octets, Record>,
    fold: Fold,
) -> Result<Outcomes> {
    let mut outcomes = Outcomes::default();
    let mut writes = Vec::new();
    for write in fold.unstored() {
        match &write.refused {
            Some(refusal) if !replay.quarantined => {
                let key = ServerCodec.decode(&write.key)?;
                outcomes.quarantined.push(Left { key, cause: refusal.cause.clone() });
            }
            _ => writes.push(decoded(write)?),
        }
    }
    let total = writes.len() as u64;
    let together = store.capabilities().batch_ops_max.clamp(1, TOGETHER_MAX);
    let (mut number, mut done) = (0, 0);
    for batch in writes.chunks(together) {
        // A batch of which one write is refused may not have been applied at all, so each of its
        // writes that is not stored is tried alone.
        let applied = apply(store, batch, &mut number);
        for (write, outcome) in batch.iter().zip(applied) {
            let outcome = match outcome {
                Outcome::Stored => outcome,
                _ => apply(store, std::slice::from_ref(write), &mut number).remove(0),
            };
            match outcome.into_result() {
                Ok(()) => outcomes.stored += 1,
                Err(cause) => outcomes.failed.push(Left { key: write.key.clone(), cause }),
            }
        }
        done += batch.len() as u64;
        source.progress.stored(done, total);
    }
    Ok(outcomes)
}

/// The write as the store takes it.
fn decoded(write: Unstored) -> Result<ServerWrite> {
    let edit = match write.edit {
        Edit::Put { value, expires_at } => {
            Edit::Put { value: ServerCodec.decode(&value)?, expires_at }
        }
        Edit::Delete => Edit::Delete,
    };
    let key = ServerCodec.decode(&write.key)?;
    Ok(WriteOp { key, edit, version: write.id.version(), condition: Condition::Always })
}

fn apply(
    store: &SharedStore<Octets, Record>,
    writes: &[ServerWrite],
    number: &mut u64,
) -> Vec<Outcome> {
    *number += 1;
    let id = BatchId { origin: 0, number: *number };
    let (done, op) = Op::pending();
    store.apply(Arc::new(Batch { id, ops: writes.to_vec() }), done);
    Outcome::of_answer(op.wait(), writes.len())
}

impl Outcomes {
    // Writing to a string cannot fail.
    fn text(&self) -> String {
        let mut text = String::new();
        for (left, what) in [(&self.quarantined, "quarantined"), (&self.failed, "not stored")] {
            for Left { key, cause } in left {
                let (key, cause) = (Shown::of(key, true).line(), cause.chain());
                let _ = writeln!(text, "{what}: {key}: {}", cause.escape_debug());
            }
        }
        let _ = writeln!(
            text,
            "stored {}, left out {} in quarantine, not stored {}",
            count(self.stored, "write"),
            self.quarantined.len(),
            self.failed.len(),
        );
        text.push_str(
            "the journal is as it was: a server that is opened over it stores these writes once \
             more, over what has been written since\n",
        );
        text
    }

    fn json(&self) -> String {
        let left = |left: &[Left]| -> Vec<Object> {
            let objects = left.iter().map(|Left { key, cause }| {
                let key = Shown::of(key, true).json(Object::new());
                Object::new().object("key", Some(key)).text("cause", &cause.chain())
            });
            objects.collect()
        };
        let json = Object::new()
            .number("stored", self.stored)
            .array("quarantined", left(&self.quarantined))
            .array("failed", left(&self.failed));
        json.end() + "\n"
    }
}
