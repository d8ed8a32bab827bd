//! What a journal adds to the engine: records of writes, rungs between memory and store, and the rule
//! that nothing goes to the store before the journal has it for certain.

use std::sync::Arc;

use forebay_journal::Frame;
use forebay_store::{Done, Durability, Error, ErrorKind, Key, Op, Result, Value, WallTime};

use super::flight::Flight;
use super::shared::Shared;
use super::trampoline::{self, caught};
use super::write::needs_journal;
use crate::journal::{Coder, Id, Log, encode_write};
use crate::receipt::Receipt;
use crate::table::Held;
use crate::write::Write;

/// The journal of a cache, and how it writes keys and values.
pub(crate) struct Journaling<K, V> {
    pub(crate) log: Arc<Log>,
    pub(crate) coder: Arc<dyn Coder<K, V>>,
}

impl<K: Key, V: Value> Journaling<K, V> {
    /// The record of a write.
    pub(super) fn encode(
        &self,
        key: &K,
        held: &Held<V>,
        deadline: u64,
        id: Id,
        bytes: &mut Vec<u8>,
    ) -> Result<()> {
        let expires_at = (deadline != 0).then_some(WallTime(deadline));
        let value = held.value();
        let value = value.map(|value| |bytes: &mut Vec<u8>| self.coder.encode_value(value, bytes));
        encode_write(|bytes| self.coder.encode_key(key, bytes), value, expires_at, id, bytes)
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn journal(&self) -> Option<&Journaling<K, V>> {
        self.parts.journal.as_ref()
    }

    /// The frame of a write behind, if there is a journal. Foreign code runs here, outside all locks.
    pub(super) fn frame(
        &self,
        key: &K,
        held: &Held<V>,
        deadline: u64,
        write: Write,
    ) -> Result<Option<Frame>> {
        let (Some(journal), Write::Behind(_)) = (self.journal(), write) else { return Ok(None) };
        let mut bytes = Vec::with_capacity(128);
        journal.encode(key, held, deadline, Id(0), &mut bytes)?;
        Frame::of(&bytes).map(Some)
    }

    /// Whether the journal could never take it. Some room is kept for what may be said of it later.
    pub(super) fn is_too_long(&self, frame: Option<&Frame>) -> bool {
        const KEPT: usize = 2048;
        let max = || self.journal().map_or(usize::MAX, |journal| journal.log.journal().frame_max());
        frame.is_some_and(|frame| frame.length() + KEPT > max())
    }

    /// The receipt of an accepted write, when the write has reached `rung`.
    pub(super) fn when_reached(&self, receipt: Receipt, rung: Durability) -> Op<Receipt> {
        let op = match (rung, self.journal()) {
            (Durability::Memory, _) => return Op::ready(receipt),
            (Durability::Journaled | Durability::Synced, Some(journal)) => {
                journal.log.journal().when(receipt.number(), rung)
            }
            _ => {
                let (done, op) = Op::pending();
                receipt.when_stored(done);
                op
            }
        };
        op.map(move |reached: Result<()>| reached.map(|()| receipt.at(rung)))
    }

    /// Answers a write-through when what it supersedes in the journal is marked for good.
    pub(super) fn answer_when_safe(&self, done: Done<u64>, version: u64) {
        let Some(journal) = self.journal() else { return done.complete(Ok(version)) };
        let answer = Done::mapped(done, move |synced: Result<()>| match synced {
            Ok(()) => Ok(version),
            Err(cause) => {
                let message = "the store has it, but the journal failed to note that an older \
                               value in quarantine is superseded";
                Err(Error::unknown(message).with_source(cause))
            }
        });
        journal.log.when_all_synced().forward(answer);
    }

    /// Hands a batch to the store as soon as the journal has, for certain, everything that was accepted
    /// before: else a power cut could leave the store with a newer value than the journal, and the
    /// older one would be stored once more (G3).
    pub(super) fn apply_when_safe(self: &Arc<Self>, flight: Flight<K, V>) {
        let Some(journal) = self.journal() else { return self.apply(flight) };
        let synced = journal.log.when_all_synced();
        match synced.try_take() {
            Ok(Ok(())) => self.apply(flight),
            Ok(Err(error)) => self.not_applied(flight, &error),
            Err(op) => {
                let shared = Arc::clone(self);
                op.forward(Done::call(move |synced: Result<()>| {
                    trampoline::run(move || match synced {
                        Ok(()) => shared.apply(flight),
                        Err(error) => shared.not_applied(flight, &error),
                    });
                }));
            }
        }
    }

    /// The journal failed a flight. The store has not seen it, and nothing is said about the store.
    fn not_applied(self: &Arc<Self>, flight: Flight<K, V>, cause: &Error) {
        if cause.kind() == ErrorKind::Busy {
            self.checkpoint_soon();
        }
        let message = "the journal cannot note what is to be stored, so it is not stored";
        let cause = Error::unavailable(message).with_source(cause.clone());
        self.flusher.state.lock().flying.remove(&flight.number);
        caught(|| {
            if flight.refs[0].is_through {
                for item in &flight.refs {
                    let (absence, result) = (self.absence(), Err(cause.clone()));
                    self.step(item.n, |shard, effects| {
                        shard.through_ended(item.at, item.version, result, absence, effects);
                    });
                }
            } else {
                let left: Vec<_> = flight.refs.iter().map(|item| (*item, cause.clone())).collect();
                self.park(flight, &left);
            }
        });
        self.flight_over();
    }

    /// Takes a value out of quarantine, to be tried again. `false` if that is not possible now.
    pub(crate) fn replay(self: &Arc<Self>, key: &K) -> bool {
        let hash = self.hash(key);
        let n = self.place(hash);
        let Some((stamp, frame)) = self.quarantined_frame(n, hash, key) else { return false };
        let replayed = self.step(n, |shard, effects| {
            let at = shard.find(hash, key);
            let at = at.filter(|at| shard.entry(*at).is_some_and(|entry| entry.stamp == stamp));
            at.is_some_and(|at| shard.replay(at, frame, &self.budget, effects))
        });
        if replayed {
            self.flush_later(self.parts.seams.clock.now());
        }
        replayed
    }

    /// The record of a value in quarantine, if there is a journal, and what tells whether it is still
    /// that value.
    fn quarantined_frame(&self, n: usize, hash: u64, key: &K) -> Option<(u64, Option<Frame>)> {
        let shard = self.cells[n].lock.read();
        let entry = shard.entry(shard.find(hash, key)?)?;
        let Some(journal) = self.journal() else { return Some((entry.stamp, None)) };
        let mut bytes = Vec::new();
        journal.encode(key, &entry.held, entry.deadline, Id(0), &mut bytes).ok()?;
        Some((entry.stamp, Some(Frame::of(&bytes).ok()?)))
    }

    /// Ready when every write that was appended until now is on the device. Marks that are owed are of
    /// no importance to it.
    pub(crate) fn sync(&self) -> Op<()> {
        let Some(journal) = self.journal() else {
            return Op::failed(needs_journal(Durability::Synced));
        };
        let journal = journal.log.journal();
        journal.when(journal.position().appended, Durability::Synced)
    }

    /// Starts a sync of what was appended, of which nobody waits for the end.
    pub(crate) fn sync_soon(&self) {
        if let Some(journal) = self.journal() {
            journal.log.when_all_synced().forward(Done::call(|_: Result<()>| {}));
        }
    }
}

impl<K, V> std::fmt::Debug for Journaling<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journaling").field("log", &self.log).finish_non_exhaustive()
    }
}
