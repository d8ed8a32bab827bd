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

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_journal::Frame;
use forebay_store::{Done, Durability, Error, ErrorKind, Key, Op, Result, Value};

use super::join::join;
use super::line::Account;
use super::shared::Shared;
use super::trampoline;
use super::transaction::{Loaded, Look, Sight, Transaction};
use super::turns::{InLine, Turns};
use crate::not_stored::NotStored;
use crate::receipt::Receipt;
use crate::table::Unready;
use crate::write::{Transacted, Write};

/// A transaction under way. Dropped, it gives up its turns and its room.
struct Job<K: Key, V: Value, F> {
    transaction: Transaction<K, V>,
    turns: Option<Turns<K, V>>,
    closure: F,
    rung: Durability,
    runs: u32,
    /// Runs since it was last in the lines, in vain.
    tries: u32,
    /// The keys that it writes, in the order of its receipts, if it is to be stored.
    keys: Vec<K>,
}

/// What keeps a try from being the last.
enum Stopped {
    /// A key has changed.
    Changed,
    /// Memory does not know a key.
    Lacks,
    /// There is no room among the unstored.
    NoRoom,
    /// The journal has no room for a frame of this length.
    JournalFull(usize),
    Failed(Error),
}

impl<K: Key, V: Value> Shared<K, V> {
    /// How often the closure is run before the lines are joined.
    const TRIES: u32 = 4;
    /// How often it is run in all. Each run that fails means that another write succeeded, or that it looked at
    /// another key.
    const TRIES_MAX: u32 = 10_000;

    pub(crate) fn transact<F, R>(
        self: &Arc<Self>,
        closure: F,
        rung: Durability,
        account: Account,
    ) -> Op<Transacted<R>>
    where
        F: FnMut(&mut Transaction<K, V>) -> Result<R> + Send + 'static,
        R: Send + 'static,
    {
        if let Err(error) = self.way(0, Some(&Frame::default()), Write::Behind(rung)) {
            return Op::failed(error);
        }
        let (done, op) = Op::pending();
        let mut transaction = Transaction::new(self);
        transaction.writes.asker = account.into();
        let (turns, keys) = (None, Vec::new());
        self.go_on(Job { transaction, turns, closure, rung, runs: 0, tries: 0, keys }, done);
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
            match self.try_once(&mut job) {
                Ok((result, number)) => return self.transacted(job, result, number, done),
                Err(Stopped::Changed) if job.has_turns() || job.tries < Self::TRIES => {}
                Err(Stopped::Lacks) if job.has_turns() => return self.load_for(job, done),
                Err(Stopped::Changed | Stopped::Lacks) => return self.get_in_lines(job, done),
                Err(Stopped::NoRoom) => return self.wait_for_all(job, done),
                Err(Stopped::JournalFull(length)) => {
                    job.transaction.begin();
                    let asker = self.wait_from_now(&mut job.transaction.writes.asker);
                    let shared = Arc::clone(self);
                    return self.journal_room_or_busy(length, asker, done, move |done| {
                        trampoline::run(move || shared.go_on(job, done));
                    });
                }
                Err(Stopped::Failed(error)) => return done.complete(Err(error)),
            }
        }
    }

    /// Runs the closure and has its writes accepted. All foreign code of a transaction is called here.
    fn try_once<F, R>(&self, job: &mut Job<K, V, F>) -> Result<(Result<R>, u64), Stopped>
    where
        F: FnMut(&mut Transaction<K, V>) -> Result<R>,
    {
        let Job { transaction, closure, rung, keys, .. } = job;
        let mut frame = Frame::default();
        let ran = catch_unwind(AssertUnwindSafe(|| {
            transaction.begin();
            let result = closure(transaction);
            if result.is_err() {
                transaction.writes.clear();
            }
            if !transaction.lacks {
                transaction.writes.encode(&mut frame)?;
                if *rung == Durability::Stored {
                    *keys = transaction.writes.keys();
                }
            }
            Ok::<_, Error>(result)
        }));
        let message =
            "the closure of a transaction, or what weighs or encodes its values, panicked";
        let result = ran
            .unwrap_or_else(|_| Err(Error::new(ErrorKind::Aborted, message)))
            .map_err(Stopped::Failed)?;
        if transaction.lacks {
            return Err(Stopped::Lacks);
        }
        if self.is_too_long(frame.length()) {
            let message = "the writes are too long together for a frame of the journal";
            return Err(Stopped::Failed(Error::refused(message)));
        }
        let (writes, expected) = transaction.split(self.wall().0);
        let entered = writes.enter(&expected, &mut frame, |frame| match self.journal() {
            Some(journal) if frame.count() > 0 => journal.log.append(frame, false),
            _ => Ok(0),
        });
        writes.end(false);
        match entered {
            Ok(number) => Ok((result, number)),
            Err(Unready::Changed) => Err(Stopped::Changed),
            Err(Unready::NoRoom(_)) => Err(Stopped::NoRoom),
            Err(Unready::Failed(error)) if error.kind() == ErrorKind::Busy => {
                Err(Stopped::JournalFull(frame.length()))
            }
            Err(Unready::Failed(error)) => Err(Stopped::Failed(error)),
        }
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
        // It runs again then: what it has seen and computed need not wait.
        job.transaction.begin();
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
    fn load_for<F, R>(self: &Arc<Self>, mut job: Job<K, V, F>, done: Done<Transacted<R>>)
    where
        F: FnMut(&mut Transaction<K, V>) -> Result<R> + Send + 'static,
        R: Send + 'static,
    {
        job.transaction.writes.permit.give_back();
        let looks = job.transaction.looks.iter().enumerate();
        let unknown = looks.filter(|(_, look)| matches!(look.sight, Sight::Unknown));
        let (places, keys): (Vec<_>, Vec<_>) =
            unknown.map(|(at, look)| (at, (look.n, look.hash, look.key.clone()))).unzip();
        job.transaction.begin();
        let shared = Arc::clone(self);
        join(self.load_bases(keys), move |values| {
            trampoline::run(move || {
                for (at, value) in places.into_iter().zip(values) {
                    match value {
                        Ok(value) => job.transaction.looks[at].loaded = Some(Loaded(value)),
                        Err(error) => return done.complete(Err(error)),
                    }
                }
                shared.go_on(job, done);
            });
        });
    }

    /// Waits for room for all writes, and computes them again then: they may be large, and how many wait is
    /// bounded, not what they have computed.
    fn wait_for_all<F, R>(self: &Arc<Self>, mut job: Job<K, V, F>, done: Done<Transacted<R>>)
    where
        F: FnMut(&mut Transaction<K, V>) -> Result<R> + Send + 'static,
        R: Send + 'static,
    {
        let need = job.transaction.writes.need;
        job.transaction.writes.permit.give_back();
        job.transaction.begin();
        let asker = self.wait_from_now(&mut job.transaction.writes.asker);
        let shared = Arc::clone(self);
        self.room_or_busy(need, asker, done, move |done, room| {
            job.transaction.writes.permit.add(room);
            trampoline::run(move || shared.go_on(job, done));
        });
    }

    /// It is accepted: what is left is to come to its rung.
    fn transacted<F, R: Send + 'static>(
        self: &Arc<Self>,
        mut job: Job<K, V, F>,
        result: Result<R>,
        number: u64,
        done: Done<Transacted<R>>,
    ) {
        let rung = job.rung;
        let receipts = job.transaction.writes.receipts();
        let keys = std::mem::take(&mut job.keys);
        drop(job);
        let result = match result {
            Ok(result) => result,
            Err(error) => return done.complete(Err(error)),
        };
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
        for look in &mut self.transaction.looks {
            (look.has_turn, look.loaded) = (false, None);
        }
        (self.turns, self.tries) = (None, 0);
        self.transaction.writes.permit.give_back();
    }
}
