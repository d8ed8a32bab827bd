//! What a journal adds to the engine: records of writes, rungs between memory and store, and the rule
//! that nothing goes to the store before the journal has it for certain.

use std::cell::Cell;
use std::sync::Arc;

use forebay_journal::{Frame, JournalFailure, Recovery};
use forebay_store::sync::atomic::Ordering;
use forebay_store::{Done, Durability, Error, ErrorKind, Key, Op, Result, Value, WallTime};

use crate::engine::shared::Shared;
use crate::engine::storing::{Flight, Ref};
use crate::engine::trampoline::{self, caught};
use crate::engine::writing::needs_journal;
use crate::journal::{Coder, Id, Log, encode_write};
use crate::not_stored::NotStored;
use crate::receipt::Receipt;
use crate::settings::WhenRefused;
use crate::table::{Held, closed, never_stored};
use crate::write::Write;

thread_local! {
    /// The memory of the last frame that this thread filled. It is boxed because a write hands it on
    /// several times.
    static SPARE: Cell<Option<Box<Frame>>> = const { Cell::new(None) };
}

/// The journal of a cache, and how it writes keys and values.
pub(crate) struct Journaling<K, V> {
    pub(crate) log: Arc<Log>,
    pub(crate) coder: Arc<dyn Coder<K, V>>,
    /// What was found in it when it was opened.
    pub(crate) recovery: Recovery,
}

/// What is told of a write that was accepted, if the journal does not say that it has it: a `Busy` or `Closed` of the
/// journal's own would say that nothing has happened.
#[cold]
pub(in crate::engine) fn perhaps_journaled(cause: Error) -> Error {
    if cause.kind() == ErrorKind::Unknown {
        return cause;
    }
    let message = "accepted and visible, but it is not known whether the journal has it";
    Error::unknown(message).with_source(cause)
}

impl<K: Key, V: Value> Journaling<K, V> {
    /// The record of a write, with what every record of the cache begins with.
    pub(in crate::engine) fn encode(
        &self,
        key: &K,
        value: Option<&V>,
        deadline: u64,
        id: Id,
        bytes: &mut Vec<u8>,
    ) -> Result<()> {
        self.log.channel().begin_record(bytes);
        let expires_at = (deadline != 0).then_some(WallTime(deadline));
        let value = value.map(|value| |bytes: &mut Vec<u8>| self.coder.encode_value(value, bytes));
        encode_write(|bytes| self.coder.encode_key(key, bytes), value, expires_at, id, bytes)
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn journal(&self) -> Option<&Journaling<K, V>> {
        self.parts.journal.as_ref()
    }

    /// The frame of a write behind, if there is a journal and it could take it. Foreign code runs here,
    /// outside all locks.
    pub(in crate::engine) fn frame(
        &self,
        key: &K,
        held: &Held<V>,
        deadline: u64,
        write: Write,
    ) -> Result<Option<Box<Frame>>> {
        let (Some(journal), Some(_)) = (self.journal(), write.behind()) else { return Ok(None) };
        let mut frame = Self::spare_frame();
        let mut is_encoded = false;
        let pushed = frame.push_with(|bytes| {
            journal.encode(key, held.value(), deadline, Id(0), bytes)?;
            is_encoded = true;
            Ok(())
        });
        match pushed {
            Ok(()) => Ok(Some(frame).filter(|frame| !self.is_too_long(frame.length()))),
            // It could be written, but is too long.
            Err(_) if is_encoded => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// An empty frame, which may have the memory of one that has served.
    #[expect(clippy::unnecessary_box_returns, reason = "a write hands it on several times")]
    pub(in crate::engine) fn spare_frame() -> Box<Frame> {
        SPARE.take().unwrap_or_default()
    }

    /// Keeps a frame that has served, for the next write of this thread.
    pub(in crate::engine) fn keep_frame(mut frame: Box<Frame>) {
        const KEPT_MAX: usize = 64 << 10;
        if frame.length() <= KEPT_MAX {
            frame.clear();
            SPARE.set(Some(frame));
        }
    }

    /// So much room in a frame is kept for what may be said of a write.
    const KEPT: usize = 2048;

    /// The room that a write needs which the journal has not taken: with what is said of it, if it may have to wait
    /// behind one that was refused. Room for less might never be enough.
    pub(in crate::engine) fn length_in_journal(&self, frame: Option<&Frame>) -> usize {
        let queues = self.parts.settings.when_refused == WhenRefused::Queue;
        frame.map_or(0, |frame| frame.length() + if queues { Self::KEPT } else { 0 })
    }

    /// Whether the journal could never take a frame of this length.
    pub(in crate::engine) fn is_too_long(&self, length: usize) -> bool {
        let max = self.journal().map_or(usize::MAX, |journal| journal.log.channel().frame_max());
        length + Self::KEPT > max
    }

    /// The receipt of an accepted write, when the write has reached `rung`.
    pub(in crate::engine) fn when_reached(
        &self,
        receipt: Receipt,
        rung: Durability,
    ) -> Op<Receipt> {
        let (op, told): (_, fn(Error) -> Error) = match (rung, self.journal()) {
            (Durability::Memory, _) => return Op::ready(receipt),
            (Durability::Journaled | Durability::Synced, Some(journal)) => {
                (journal.log.channel().when(receipt.number(), rung), perhaps_journaled)
            }
            _ => {
                let (done, op) = Op::pending();
                receipt.when_stored(done);
                (op, NotStored::told)
            }
        };
        op.map(move |reached: Result<()>| reached.map(|()| receipt.at(rung)).map_err(told))
    }

    /// Answers a write-through when what it supersedes in the journal is marked for good.
    pub(in crate::engine) fn answer_when_safe(self: &Arc<Self>, done: Done<u64>, version: u64) {
        let answer = Done::mapped(done, move |synced: Result<()>| match synced {
            Ok(()) => Ok(version),
            Err(cause) => {
                let message = "the store has it, but the journal failed to make durable that an \
                               older value of the key is superseded";
                Err(Error::unknown(message).with_source(cause))
            }
        });
        self.when_all_synced().forward(answer);
    }

    /// Hands a batch to the store as soon as the journal has, for certain, everything that was accepted
    /// before: else a power cut could leave the store with a newer value than the journal, and the
    /// older one would be stored once more (G3).
    pub(in crate::engine) fn apply_when_safe(self: &Arc<Self>, flight: Flight<K, V>) {
        if self.journal().is_none() {
            return self.apply(flight);
        }
        match self.when_all_synced().try_take() {
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

    /// Ready when everything that was accepted until now, and what became of it, is on the device.
    fn when_all_synced(self: &Arc<Self>) -> Op<()> {
        let Some(journal) = self.journal() else { return Op::ready(()) };
        match journal.log.pay() {
            Ok(()) => journal.log.when_synced(),
            Err(error) if error.kind() == ErrorKind::Busy => {
                let (done, op) = Op::pending();
                let shared = Arc::downgrade(self);
                journal.log.when_paid(Done::call(move |paid: Result<()>| {
                    let shared = shared.upgrade();
                    match (paid, shared.as_ref().and_then(|shared| shared.journal())) {
                        (Ok(()), Some(journal)) => journal.log.when_synced().forward(done),
                        (Ok(()), None) => done.complete(Err(closed())),
                        (Err(error), _) => done.complete(Err(error)),
                    }
                }));
                self.see_to_journal();
                op
            }
            Err(error) => Op::failed(error),
        }
    }

    /// The journal failed a flight. The store has not seen it, and nothing is said about the store.
    fn not_applied(self: &Arc<Self>, mut flight: Flight<K, V>, cause: &Error) {
        let message = "the journal cannot note what is to be stored, so it is not stored";
        let cause = JournalFailure::from(cause.clone());
        let cause = Error::unavailable(message).with_source(cause);
        let now = self.parts.seams.clock.now();
        let is_told = self.note_pace(&mut self.flusher.state.lock(), &mut flight, now, 0, false);
        self.tell(is_told);
        self.tell_if_journal_failed();
        caught(|| {
            if flight.is_group {
                self.end_group(&flight, &Err(cause.clone()));
            } else if flight.refs[0].is_through {
                for item in &flight.refs {
                    let (absence, result) = (self.absence(), Err(cause.clone()));
                    self.step(item.n, |shard, effects| {
                        shard.through_ended(item.at, item.version, result, absence, effects);
                    });
                }
            } else {
                self.park_unsent(flight, &cause);
            }
        });
        if self.is_handleless.load(Ordering::SeqCst) && self.has_failed_journal() {
            // Nothing can be stored any more, and the next owner of the journal waits for the lock.
            let _orphan = self.orphan.lock().take();
        }
        self.see_mode();
        self.flight_over();
    }

    /// Whoever waits for these writes to be stored would wait for ever.
    pub(in crate::engine) fn fail_waiting(self: &Arc<Self>, left: &[(Ref, Error)], cause: &Error) {
        let waiter = never_stored(cause);
        for (item, _) in left {
            self.step(item.n, |shard, effects| {
                shard.fail_waiting(item.at, &waiter, cause, effects);
            });
        }
    }

    /// Whether nothing can be stored any more.
    pub(in crate::engine) fn has_failed_journal(&self) -> bool {
        self.journal_failure().is_some()
    }

    /// Refuses what would wait for something to be stored, if nothing can be any more.
    pub(in crate::engine) fn refuse_without_journal(&self) -> Result<()> {
        let refuse = |cause| {
            let failure = JournalFailure::from(cause);
            Err(Error::unavailable(
                "the journal has failed: see to its disk, and open the cache again",
            )
            .with_source(failure))
        };
        self.journal_failure().map_or(Ok(()), refuse)
    }

    fn journal_failure(&self) -> Option<Error> {
        self.journal()?.log.channel().failure()
    }

    /// Ready when every write that was appended until now is on the device. Marks that are owed are of
    /// no importance to it.
    pub(crate) fn sync(&self) -> Op<()> {
        let Some(journal) = self.journal() else {
            return Op::failed(needs_journal(Durability::Synced));
        };
        let journal = journal.log.channel();
        journal.when(journal.position().appended, Durability::Synced)
    }

    /// Starts a sync of what was appended, of which nobody waits for the end. What is owed is paid first,
    /// and then synced with what comes next: a full journal keeps no line of those who do not wait.
    pub(crate) fn sync_soon(self: &Arc<Self>) {
        match self.journal() {
            Some(journal) if journal.log.is_owing() => self.see_to_journal(),
            Some(journal) => journal.log.when_synced().forward(Done::call(|_: Result<()>| {})),
            None => {}
        }
    }
}

impl<K, V> std::fmt::Debug for Journaling<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journaling").field("log", &self.log).finish_non_exhaustive()
    }
}
