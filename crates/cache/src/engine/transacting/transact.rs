//! Transactions: read some keys, compute, write, atomically for all of them.
//!
//! As with a modification of one key the closure runs outside every lock, on copies with stamps; its writes are
//! accepted only if every key that it has seen still has its stamp, else it runs again. What memory does not
//! know is loaded with the turns of all keys that were looked at, and so is who was overtaken
//! a few times.
//!
//! What it waits for comes in this order: turns, loads, room among the unstored, room in the journal. Room
//! that it has got goes back before it waits for turns or loads, so nobody waits with room for somebody who waits
//! for room.
//!
//! One that goes through needs no room, but the turns of all keys that it writes; what happens then stands in
//! `group_flight.rs`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_journal::Frame;
use forebay_store::{Done, Durability, Error, ErrorKind, Key, Op, Result, Value};

use super::group_flight::{Grounded, TakenOff};
use super::transaction::{Look, Sight, Transaction};
use super::turns::{InLine, Turns};
use crate::engine::join::join;
use crate::engine::journaling::perhaps_journaled;
use crate::engine::pressure::{Account, Room};
use crate::engine::shared::Shared;
use crate::engine::trampoline::{self, caught};
use crate::engine::writing::Way;
use crate::not_stored::NotStored;
use crate::receipt::Receipt;
use crate::table::Unready;
use crate::write::{Transacted, Write};

/// A transaction under way. Dropped, it gives up its turns and its room.
struct Job<K: Key, V: Value, F> {
    transaction: Transaction<K, V>,
    turns: Option<Turns<K, V>>,
    closure: F,
    way: Way,
    runs: u32,
    /// Runs since it was last in the lines, in vain.
    tries: u32,
    /// How often something older of a key was not stored.
    held_up: u32,
    /// The keys that it writes, in the order of its receipts, if it is to be stored.
    keys: Vec<K>,
}

/// What keeps a try from being the last.
enum Stopped {
    /// A key has changed.
    Changed,
    /// Memory does not know keys at these places among those that were looked at.
    Lacks(Vec<usize>),
    /// There is no room among the unstored.
    NoRoom(Room),
    /// The journal has no room for a frame of this length.
    JournalFull(usize),
    /// It goes through, and has not the turns of all that it writes.
    OutOfLine,
    /// It goes through, and something older is not stored yet; these are answered when it is.
    HeldUp(Vec<Op<()>>),
    Failed(Error),
}

/// How writes were accepted.
enum Entered {
    /// Behind, with this number in the journal.
    Behind(u64),
    /// Through: what will be told of each.
    Through(Vec<Op<u64>>),
}

impl From<Unready> for Stopped {
    fn from(unready: Unready) -> Self {
        match unready {
            Unready::Changed => Self::Changed,
            Unready::NoRoom(need) => Self::NoRoom(need),
            Unready::Failed(error) => Self::Failed(error),
        }
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    /// How often the closure is run before the lines are joined.
    const TRIES: u32 = 4;
    /// How often it is run in all. Each run that fails means that another write succeeded, or that it looked at
    /// another key.
    const TRIES_MAX: u32 = 10_000;
    /// So many keys are loaded before it runs again, or as many as the store loads at once.
    const LOADS: usize = 256;
    /// How often it may be held up by writes behind of the keys that it writes through.
    const HELD_UP_MAX: u32 = 64;

    pub(crate) fn transact<F, R>(
        self: &Arc<Self>,
        closure: F,
        how: Write,
        account: Account,
    ) -> Op<Transacted<R>>
    where
        F: FnMut(&mut Transaction<K, V>) -> Result<R> + Send + 'static,
        R: Send + 'static,
    {
        let way = match self.way_without_drill(0, Some(&Frame::default()), how) {
            Ok(way) => way,
            Err(error) => return Op::failed(error),
        };
        if how.is_uncoalesced() {
            let message = "what is written together takes the place of what is not stored";
            return Op::failed(Error::unsupported(message));
        }
        let is_through = matches!(way, Way::Through { .. });
        if is_through && !self.flusher.is_atomic {
            let message =
                "the store takes no batch as a whole, so nothing is written through together";
            return Op::failed(Error::unsupported(message));
        }
        let (done, op) = Op::pending();
        let mut transaction = Transaction::new(self);
        transaction.writes.asker = account.into();
        transaction.writes.is_through = is_through;
        let (turns, keys, (runs, tries, held_up)) = (None, Vec::new(), (0, 0, 0));
        self.go_on(Job { transaction, turns, closure, way, runs, tries, held_up, keys }, done);
        op
    }

    fn go_on<F, R>(self: &Arc<Self>, mut job: Job<K, V, F>, done: Done<Transacted<R>>)
    where
        F: FnMut(&mut Transaction<K, V>) -> Result<R> + Send + 'static,
        R: Send + 'static,
    {
        loop {
            // Until it is accepted, who has gone wants nothing any more.
            if done.is_abandoned() {
                return;
            }
            if job.runs == Self::TRIES_MAX {
                let message = "other writes of these keys kept changing them";
                return done.complete(Err(Error::busy(message, Duration::from_millis(1))));
            }
            (job.runs, job.tries) = (job.runs + 1, job.tries + 1);
            let stopped = match self.try_once(&mut job) {
                Ok((result, entered)) => return self.transacted(job, result, entered, done),
                Err(stopped) => stopped,
            };
            let has_turns = job.has_turns();
            // It runs again after whatever it waits for: what it has seen and computed need not wait with it.
            caught(|| job.transaction.begin());
            match stopped {
                Stopped::Changed if has_turns || job.tries < Self::TRIES => {}
                Stopped::Lacks(unknown) if has_turns => return self.load_for(job, unknown, done),
                Stopped::Changed | Stopped::Lacks(_) | Stopped::OutOfLine => {
                    return self.get_in_lines(job, done);
                }
                Stopped::HeldUp(older) => return self.wait_for_older(job, older, done),
                Stopped::NoRoom(need) => return self.wait_for_all(job, need, done),
                Stopped::JournalFull(length) => {
                    let asker = self.wait_from_now(&mut job.transaction.writes.asker);
                    let shared = Arc::clone(self);
                    return self.journal_room_or_busy(length, asker, done, move |done| {
                        trampoline::run(move || shared.go_on(job, done));
                    });
                }
                Stopped::Failed(error) => return done.complete(Err(error)),
            }
        }
    }

    /// Runs the closure and has its writes accepted. All foreign code of a transaction is called here.
    fn try_once<F, R>(
        self: &Arc<Self>,
        job: &mut Job<K, V, F>,
    ) -> Result<(Result<R>, Entered), Stopped>
    where
        F: FnMut(&mut Transaction<K, V>) -> Result<R>,
    {
        let ran = catch_unwind(AssertUnwindSafe(|| {
            let result = (job.closure)(&mut job.transaction);
            if result.is_err() {
                job.transaction.writes.clear();
            }
            if job.transaction.lacks {
                return Err(Stopped::Lacks(job.transaction.unknown()));
            }
            if !job.transaction.writes.writes.is_empty() {
                // Who only looks is not concerned.
                self.refuse_in_drill(job.way.into()).map_err(Stopped::Failed)?;
            }
            let entered = match job.way {
                Way::Through { keeps } if !job.transaction.writes.writes.is_empty() => {
                    self.enter_through(job, keeps)
                }
                Way::Through { .. } | Way::Behind(_) => self.enter_behind(job),
            };
            Ok((result, entered?))
        }));
        ran.unwrap_or_else(|_| {
            let message =
                "the closure of a transaction, or what weighs or encodes its values, panicked";
            Err(Stopped::Failed(Error::new(ErrorKind::Aborted, message)))
        })
    }

    /// Has its writes accepted behind.
    fn enter_behind<F>(&self, job: &mut Job<K, V, F>) -> Result<Entered, Stopped> {
        let Job { transaction, way, keys, .. } = job;
        let mut frame = Frame::default();
        transaction.writes.encode(&mut frame).map_err(Stopped::Failed)?;
        if *way == Way::Behind(Durability::Stored) {
            *keys = transaction.writes.keys();
        }
        if self.is_too_long(frame.length()) {
            let message = "the writes are too long together for a frame of the journal";
            return Err(Stopped::Failed(Error::refused(message)));
        }
        let need = transaction.writes.need;
        let (writes, expected) = transaction.split(self.wall().0);
        let entered = writes.enter(&expected, &mut frame, |frame| match self.journal() {
            Some(journal) if frame.count() > 0 => journal.log.append(frame, false),
            _ => Ok(0),
        });
        writes.end(false);
        match entered {
            Ok(number) => Ok(Entered::Behind(number)),
            Err(Unready::NoRoom(_)) => Err(Stopped::NoRoom(need)),
            Err(Unready::Failed(error)) if error.kind() == ErrorKind::Busy => {
                Err(Stopped::JournalFull(frame.length()))
            }
            Err(unready) => Err(unready.into()),
        }
    }

    /// Has its writes go to the store, together and at once.
    fn enter_through<F>(
        self: &Arc<Self>,
        job: &mut Job<K, V, F>,
        keeps: bool,
    ) -> Result<Entered, Stopped> {
        self.refuse_while_paused().map_err(Stopped::Failed)?;
        let transaction = &mut job.transaction;
        let written = transaction.written();
        if !written.iter().all(|place| transaction.looks[*place].has_turn) {
            transaction.forget_unwritten(&written);
            return Err(Stopped::OutOfLine);
        }
        let operations = transaction.writes.operations();
        let (writes, expected) = transaction.split(self.wall().0);
        let taken = writes.take_off(&expected, operations, keeps);
        writes.end(false);
        match taken {
            Ok(TakenOff { told, flight }) => {
                self.hurry_group(flight);
                if let Some(turns) = &mut job.turns {
                    turns.hand_over(&written);
                }
                Ok(Entered::Through(told))
            }
            Err(Grounded::HeldUp(older)) => Err(Stopped::HeldUp(older)),
            Err(Grounded::Unready(unready)) => Err(unready.into()),
        }
    }

    /// Waits until the store has what is older of the keys that it writes through, with its turns.
    fn wait_for_older<F, R>(
        self: &Arc<Self>,
        mut job: Job<K, V, F>,
        older: Vec<Op<()>>,
        done: Done<Transacted<R>>,
    ) where
        F: FnMut(&mut Transaction<K, V>) -> Result<R> + Send + 'static,
        R: Send + 'static,
    {
        job.held_up += 1;
        if job.held_up > Self::HELD_UP_MAX {
            let message = "writes behind of these keys kept coming before it could go through";
            return done.complete(Err(Error::busy(message, Duration::from_millis(1))));
        }
        let shared = Arc::clone(self);
        join(older, move |stored| {
            trampoline::run(move || match stored.into_iter().find_map(Result::err) {
                Some(error) => done.complete(Err(error)),
                None => shared.go_on(job, done),
            });
        });
    }

    /// Takes the turns of all keys that were looked at.
    fn get_in_lines<F, R>(self: &Arc<Self>, mut job: Job<K, V, F>, done: Done<Transacted<R>>)
    where
        F: FnMut(&mut Transaction<K, V>) -> Result<R> + Send + 'static,
        R: Send + 'static,
    {
        // Those that it has come first in their lines no more: else two could wait for each other.
        job.give_up();
        let spot = |look: &Look<K, V>| InLine { n: look.n, hash: look.hash, key: look.key.clone() };
        let spots = job.transaction.looks.iter().map(spot).collect();
        // Those before it may wait for room, each for as long as he may: that counts for this one, too.
        let asker = &mut job.transaction.writes.asker;
        asker.until = self.patience(*asker);
        let shared = Arc::clone(self);
        self.take_turns(spots, move |turns| match turns {
            Ok(turns) => {
                job.turns = Some(turns);
                job.transaction.looks.iter_mut().for_each(|look| look.has_turn = true);
                shared.go_on(job, done);
            }
            Err(error) => done.complete(Err(error)),
        });
    }

    /// Loads what memory does not know.
    fn load_for<F, R>(
        self: &Arc<Self>,
        mut job: Job<K, V, F>,
        mut places: Vec<usize>,
        done: Done<Transacted<R>>,
    ) where
        F: FnMut(&mut Transaction<K, V>) -> Result<R> + Send + 'static,
        R: Send + 'static,
    {
        job.transaction.writes.permit.give_back();
        // What it sees of these counts before the next are loaded.
        places.truncate(self.loads.together_max().max(Self::LOADS));
        let looks = places.iter().map(|at| &job.transaction.looks[*at]);
        let keys = looks.map(|look| (look.n, look.hash, look.key.clone())).collect();
        let shared = Arc::clone(self);
        join(self.load_bases(keys), move |values| {
            trampoline::run(move || {
                for (at, value) in places.into_iter().zip(values) {
                    match value {
                        Ok(value) => job.transaction.loaded(at, value),
                        Err(error) => return done.complete(Err(error)),
                    }
                }
                shared.go_on(job, done);
            });
        });
    }

    /// Waits for room for all writes, and computes them again then: they may be large, and how many wait is
    /// bounded, not what they have computed.
    fn wait_for_all<F, R>(
        self: &Arc<Self>,
        mut job: Job<K, V, F>,
        need: Room,
        done: Done<Transacted<R>>,
    ) where
        F: FnMut(&mut Transaction<K, V>) -> Result<R> + Send + 'static,
        R: Send + 'static,
    {
        job.transaction.writes.permit.give_back();
        let asker = self.wait_from_now(&mut job.transaction.writes.asker);
        let shared = Arc::clone(self);
        self.room_or_busy(need, asker, done, move |done, room| {
            job.transaction.writes.permit.add(room, asker.account);
            trampoline::run(move || shared.go_on(job, done));
        });
    }

    /// It is accepted: what is left is to come to its rung.
    fn transacted<F, R: Send + 'static>(
        self: &Arc<Self>,
        mut job: Job<K, V, F>,
        result: Result<R>,
        entered: Entered,
        done: Done<Transacted<R>>,
    ) {
        let receipts = job.transaction.writes.receipts();
        let (keys, way, turns) = (std::mem::take(&mut job.keys), job.way, job.turns.take());
        drop(job);
        let result = match result {
            Ok(result) => result,
            Err(error) => return done.complete(Err(error)),
        };
        let (rung, number) = match (way, entered) {
            (_, Entered::Through(ops)) => {
                return join(ops, move |told| {
                    // With its place among the writers under way.
                    drop(turns);
                    let versions = told.into_iter().collect::<Result<Vec<_>>>();
                    done.complete(versions.map(|versions| {
                        let receipts = versions.into_iter().map(Receipt::stored_at).collect();
                        Transacted { result, receipts }
                    }));
                });
            }
            (Way::Behind(rung), Entered::Behind(number)) => (rung, number),
            // It has written nothing.
            (Way::Through { .. }, Entered::Behind(_)) => (Durability::Stored, 0),
        };
        drop(turns);
        let stored: Vec<_> = match rung {
            Durability::Stored => receipts.iter().map(Receipt::stored).collect(),
            _ => Vec::new(),
        };
        let answer = move |reached: Result<()>| {
            reached.map(|()| {
                let receipts = receipts.into_iter().map(|receipt| receipt.at(rung)).collect();
                Transacted { result, receipts }
            })
        };
        match (rung, self.journal()) {
            (Durability::Journaled | Durability::Synced, Some(journal)) if number > 0 => {
                let answer = |reached: Result<()>| answer(reached.map_err(perhaps_journaled));
                journal.log.channel().when(number, rung).forward(Done::mapped(done, answer));
            }
            (Durability::Stored, _) => {
                join(stored, move |all| done.complete(answer(NotStored::check(&keys, all))));
            }
            _ => done.complete(answer(Ok(()))),
        }
    }
}

impl<K: Key, V: Value, F> Job<K, V, F> {
    /// Whether nobody else modifies a key that was looked at.
    fn has_turns(&self) -> bool {
        let looks = self.transaction.looks.iter();
        looks.filter(|look| !matches!(look.sight, Sight::NotLooked)).all(|look| look.has_turn)
    }

    /// Gives up turns and room.
    fn give_up(&mut self) {
        self.transaction.forget_loaded();
        (self.turns, self.tries) = (None, 0);
        self.transaction.writes.permit.give_back();
    }
}
