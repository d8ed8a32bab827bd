//! Writing: behind, where memory is enough for an answer, and through, where the store answers.

use std::sync::Arc;

use forebay_journal::Frame;
use forebay_store::sync::atomic::Ordering;
use forebay_store::{Done, Durability, Error, Key, Moment, Op, Result, Value};

use crate::engine::pressure::{Account, Room};
use crate::engine::shared::Shared;
use crate::engine::trampoline;
use crate::receipt::Receipt;
use crate::table::{Accept, Accepted, Held, Put, Rejected, closed};
use crate::write::Write;

impl<K: Key, V: Value> Shared<K, V> {
    #[inline]
    pub(crate) fn put(
        self: &Arc<Self>,
        key: K,
        value: V,
        write: Write,
        account: Account,
    ) -> Op<Receipt> {
        self.cells.tally().put();
        let hash = self.hash(&key);
        let weight = self.weigh(&key, &value);
        let deadline = self.deadline(&key, &value);
        let (key, held) = (Some(key), Held::Value(value));
        let mut put = Put { hash, key, held, weight, deadline, account };
        if let Some(receipt) = self.put_over(&mut put, write) {
            Self::drop_rest(&mut put);
            return Op::ready(receipt);
        }
        let mut op = None;
        self.put_late(put, write, &mut op);
        op.unwrap_or_else(|| Op::failed(changed()))
    }

    /// A put that is not as simple as that.
    ///
    /// It leaves its operation in a place of its own. Were that the place of the simple one's, the latter would be written to memory,
    /// too, and read from there by the caller.
    #[inline(never)]
    fn put_late(self: &Arc<Self>, put: Put<K, V>, write: Write, op: &mut Option<Op<Receipt>>) {
        // A put that is not accepted has its key.
        let Put { hash, key: Some(key), held, weight, deadline, account } = put else { return };
        *op = Some(self.write(hash, key, held, weight, deadline, (write, account)));
    }

    pub(crate) fn delete(self: &Arc<Self>, key: K, write: Write, account: Account) -> Op<Receipt> {
        self.counters.deletes.add(1);
        let hash = self.hash(&key);
        self.write(hash, key, Held::Tombstone, Self::weigh_absence(), 0, (write, account))
    }

    /// Whatever is not as simple as that.
    #[inline(never)]
    pub(in crate::engine) fn write(
        self: &Arc<Self>,
        hash: u64,
        key: K,
        held: Held<V>,
        weight: u32,
        deadline: u64,
        (write, account): (Write, Account),
    ) -> Op<Receipt> {
        if write.is_uncoalesced() {
            return self.write_uncoalesced(key, held, write, account);
        }
        let frame = match self.frame(&key, &held, deadline, write) {
            Ok(frame) => frame,
            Err(error) => return Op::failed(error),
        };
        let way = self.way(weight, frame.as_deref(), write);
        let now = self.parts.seams.clock.now();
        let is_over = self.is_over(deadline);
        let (expect, asker) = (None, account.into());
        let accept =
            Accept { hash, key, held, weight, deadline, now, is_over, expect, frame, asker };
        match way {
            Ok(Way::Behind(rung)) => self.write_behind(accept, rung),
            Ok(Way::Through { keeps }) => {
                let (done, op) = Op::pending();
                let turned = self.write_through(accept, keeps, None, done);
                if let Err((Rejected::Failed(error), _, done)) = turned {
                    done.complete(Err(error));
                }
                op
            }
            Err(error) => Op::failed(error),
        }
    }

    /// How a write is to be done, or why it cannot.
    pub(crate) fn way(&self, weight: u32, frame: Option<&Frame>, write: Write) -> Result<Way> {
        self.refuse_in_drill(write)?;
        self.way_without_drill(weight, frame, write)
    }

    /// How a write is to be done, or why it cannot, as if there were no drill.
    pub(in crate::engine) fn way_without_drill(
        &self,
        weight: u32,
        frame: Option<&Frame>,
        write: Write,
    ) -> Result<Way> {
        match write.behind() {
            None => Ok(Way::Through { keeps: write != Write::Around }),
            Some(rung @ (Durability::Journaled | Durability::Synced))
                if self.journal().is_none() =>
            {
                Err(needs_journal(rung))
            }
            // It could never have room among the dirty, or in the journal: the safer way has no such
            // bound.
            Some(_)
                if !self.budget.could_hold(Room { bytes: u64::from(weight), entries: 1 })
                    || (self.journal().is_some() && frame.is_none()) =>
            {
                Ok(Way::Through { keeps: true })
            }
            Some(rung) => Ok(Way::Behind(rung)),
        }
    }

    fn write_behind(self: &Arc<Self>, accept: Accept<K, V>, rung: Durability) -> Op<Receipt> {
        let (n, now) = (self.place(accept.hash), accept.now);
        let accepted =
            self.step(n, |shard, effects| shard.accept_behind(accept, None, &self.budget, effects));
        match accepted {
            Ok(accepted) => {
                let receipt = self.accepted(n, accepted, now);
                self.when_reached(receipt, rung)
            }
            Err(Rejected::NoRoom(accept, need)) => {
                let (done, op) = Op::pending();
                self.wait_for_room(*accept, need, rung, done);
                op
            }
            Err(Rejected::JournalFull(accept)) => {
                let (done, op) = Op::pending();
                self.wait_for_journal(*accept, rung, done);
                op
            }
            Err(Rejected::Failed(error)) => {
                self.tell_if_journal_failed();
                Op::failed(error)
            }
            Err(Rejected::Changed(_)) => Op::failed(changed()),
        }
    }

    /// What follows an accepted write-behind.
    pub(crate) fn accepted(self: &Arc<Self>, n: usize, accepted: Accepted, now: Moment) -> Receipt {
        self.follow_up(now);
        Receipt::waiting(self.engine(), n, accepted)
    }

    /// What follows accepted writes-behind, however many.
    #[inline]
    pub(in crate::engine) fn follow_up(self: &Arc<Self>, now: Moment) {
        self.flush_later(now);
        if self.is_handleless.load(Ordering::SeqCst) {
            // An operation outlived the cache: without a handle the engine must keep itself.
            self.orphan();
        }
        if self.journal().is_some_and(|journal| journal.log.is_longer()) {
            self.relieve_journal();
        }
    }

    fn wait_for_room(
        self: &Arc<Self>,
        mut accept: Accept<K, V>,
        need: Room,
        rung: Durability,
        done: Done<Receipt>,
    ) {
        let mut asker = self.wait_from_now(&mut accept.asker);
        asker.spot = Some(self.spot(accept.hash));
        let shared = Arc::clone(self);
        self.room_or_busy(need, asker, done, move |done, permit| {
            shared.accept_late(accept, Some(permit), rung, done);
        });
    }

    /// Waits for room in the journal, or is refused, as the settings say.
    fn wait_for_journal(
        self: &Arc<Self>,
        mut accept: Accept<K, V>,
        rung: Durability,
        done: Done<Receipt>,
    ) {
        let asker = self.wait_from_now(&mut accept.asker);
        let shared = Arc::clone(self);
        let length = self.length_in_journal(accept.frame.as_deref());
        self.journal_room_or_busy(length, asker, done, move |done| {
            shared.accept_late(accept, None, rung, done);
        });
    }

    /// Accepts a write that has waited.
    fn accept_late(
        self: &Arc<Self>,
        accept: Accept<K, V>,
        permit: Option<Room>,
        rung: Durability,
        done: Done<Receipt>,
    ) {
        let now = self.parts.seams.clock.now();
        let (hash, accept) = (accept.hash, Accept { now, ..accept });
        let accepted = self.step(self.place(hash), |shard, effects| {
            shard.accept_behind(accept, permit, &self.budget, effects)
        });
        match accepted {
            Ok(accepted) => self.accepted_late(hash, permit, (accepted, now), rung, done),
            Err(Rejected::Failed(error)) => {
                self.tell_if_journal_failed();
                done.complete(Err(error));
            }
            // What the key holds has changed meanwhile, and with it the need.
            Err(Rejected::NoRoom(accept, need)) => self.wait_for_room(*accept, need, rung, done),
            Err(Rejected::JournalFull(accept)) => self.wait_for_journal(*accept, rung, done),
            Err(Rejected::Changed(_)) => done.complete(Err(changed())),
        }
    }

    /// What follows a write-behind that was accepted after it had waited, for room if it has a `permit`.
    pub(in crate::engine) fn accepted_late(
        self: &Arc<Self>,
        hash: u64,
        permit: Option<Room>,
        (accepted, now): (Accepted, Moment),
        rung: Durability,
        done: Done<Receipt>,
    ) {
        if permit.is_some_and(|room| room.entries > 0) {
            // The key is dirty now, so the other writers that wait to write it need only its growth. They go before it
            // is sent.
            self.budget.recall(&[self.spot(hash)]);
        }
        let shared = Arc::clone(self);
        trampoline::run(move || {
            let receipt = shared.accepted(shared.place(hash), accepted, now);
            shared.when_reached(receipt, rung).forward(done);
        });
    }

    /// Puts a write-through into its key's line; `done` is answered by the store. Memory `keeps` its value, if it is
    /// not too heavy for that.
    pub(crate) fn write_through(
        self: &Arc<Self>,
        accept: Accept<K, V>,
        keeps: bool,
        place: Option<LinePlace<K, V>>,
        done: Done<Receipt>,
    ) -> Result<(), Turned<K, V>> {
        if let Err(error) = self.refuse_while_paused() {
            return Err((Rejected::Failed(error), place, done));
        }
        let in_line = match place.map_or_else(|| self.line_place(), Ok) {
            Ok(in_line) => in_line,
            Err(error) => return Err((Rejected::Failed(error), None, done)),
        };
        let n = self.place(accept.hash);
        let place = Arc::new(forebay_store::sync::Mutex::new(Some((in_line, done))));
        let mine = Arc::clone(&place);
        let answer = Done::call(move |result: Result<u64>| {
            let taken = mine.lock().take();
            if let Some((in_line, done)) = taken {
                drop(in_line);
                done.complete(result.map(Receipt::stored_at));
            }
        });
        let keeps = keeps && self.is_worth_keeping(accept.weight);
        let accepted =
            self.step(n, |shard, effects| shard.accept_through(accept, answer, keeps, effects));
        match accepted {
            Ok(_) => Ok(()),
            Err((rejected, unused)) => {
                let taken = place.lock().take();
                drop(unused);
                match taken {
                    Some((in_line, done)) => Err((rejected, Some(in_line), done)),
                    None => Ok(()),
                }
            }
        }
    }
}

/// A write-through that was not taken, with the place that it held and its caller.
pub(crate) type Turned<K, V> = (Rejected<K, V>, Option<LinePlace<K, V>>, Done<Receipt>);

/// A place among the writes-through and modifications that are under way, of which there is a
/// bound.
pub(crate) struct LinePlace<K: Key, V: Value>(Arc<Shared<K, V>>);

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn line_place(self: &Arc<Self>) -> Result<LinePlace<K, V>> {
        let max = self.parts.settings.waiting_writers_max;
        let place = |places: usize| (places < max).then_some(places + 1);
        let taken = self.throughs.fetch_update(Ordering::SeqCst, Ordering::SeqCst, place);
        if taken.is_err() {
            self.counters.busy.add(1);
            if self.is_closed() {
                return Err(closed());
            }
            let message = format!("{max} writes-through and modifications are under way already");
            return Err(Error::busy(message, self.room_expected()));
        }
        Ok(LinePlace(Arc::clone(self)))
    }
}

impl<K: Key, V: Value> Drop for LinePlace<K, V> {
    fn drop(&mut self) {
        self.0.throughs.fetch_sub(1, Ordering::SeqCst);
        self.0.drained();
    }
}

/// The two ways of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// And whether memory keeps the value.
    Through { keeps: bool },
    /// Behind, acknowledged at this rung.
    Behind(Durability),
}

impl From<Way> for Write {
    fn from(way: Way) -> Self {
        match way {
            Way::Through { keeps: true } => Self::Through,
            Way::Through { keeps: false } => Self::Around,
            Way::Behind(rung) => Self::Behind(rung),
        }
    }
}

#[cold]
pub(crate) fn needs_journal(rung: Durability) -> Error {
    Error::unsupported(format!(
        "the rung `{rung}` needs a journal, and this cache has none: give it one with `Builder::journal`"
    ))
}

#[cold]
fn changed() -> Error {
    Error::unavailable(
        "the entry changed while the write was accepted: a fault of this library, please report it",
    )
}
