//! Modifying: read, compute, write, atomically for one key.
//!
//! The closure runs outside every lock, on a copy. What it was computed from carries a stamp; the
//! write is accepted only if the entry still has it, otherwise the closure runs again. A value in
//! memory that no other call is writing takes this fast way; everything else gets in the key's line,
//! where one modification runs at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::{Condition, Done, Durability, Error, ErrorKind, Key, Op, Result, Value};

use super::held_turn::HeldTurn;
use super::write::{LinePlace, Way};
use crate::engine::pressure::{Account, Asker, Permit};
use crate::engine::shared::Shared;
use crate::engine::trampoline;
use crate::receipt::Receipt;
use crate::table::{Accept, Basis, Expect, Held, Rejected, TurnId, copied_key};
use crate::write::{Change, Modified, Stamp, Write};

/// A modification under way.
pub(in crate::engine) struct Job<K: Key, V: Value, F, R> {
    pub(in crate::engine) key: K,
    pub(in crate::engine) hash: u64,
    pub(in crate::engine) n: usize,
    /// Its turn in the key's line, while it has it.
    pub(in crate::engine) turn: Option<HeldTurn<K, V>>,
    /// The closure looks at what is there.
    looks: bool,
    /// The store is to see to it, too, that the key is still absent, or present, if it honours conditions.
    is_guarded: bool,
    closure: F,
    write: Write,
    pub(in crate::engine) asker: Asker,
    pub(in crate::engine) runs: u32,
    /// What a load has just brought for it: memory may have no room to hold it.
    loaded: Option<Loaded<V>>,
    /// Its place among the writers under way, while it is in the line.
    place: Option<LinePlace<K, V>>,
    /// The room that it has waited for, until it is written.
    pub(in crate::engine) permit: Option<Arc<Permit<K, V>>>,
    pub(in crate::engine) done: Done<Modified<R>>,
}

/// What a load has brought.
struct Loaded<V>(Option<V>);

/// What a run of the closure asks for.
enum Computed<K, V, R> {
    NotYet,
    /// The store has to have what is there before it.
    Unstored,
    Keep(R),
    Write(Accept<K, V>, R),
    /// The journal's codec cannot write the value.
    Refused(Error),
}

/// How a try ended.
enum Tried<J> {
    Over,
    Again(J),
    /// Not possible from here: it needs the line, or a load if it has the turn already.
    NotYet(J),
    /// Not possible before the store has what is there: it needs the line, or the store if it has the turn already.
    Unstored(J),
}

impl<K, V> Shared<K, V>
where
    K: Key,
    V: Value,
{
    /// How often the closure is run on the fast way before the line is joined.
    const FAST_RUNS: u32 = 4;
    /// How often it is run in all. Each run that fails means that another write succeeded.
    pub(in crate::engine) const RUNS_MAX: u32 = 10_000;

    pub(crate) fn modify<F, R>(
        self: &Arc<Self>,
        key: K,
        closure: F,
        write: Write,
        account: Account,
    ) -> Op<Modified<R>>
    where
        F: FnMut(Option<&V>, Stamp) -> (Change<V>, R) + Send + 'static,
        R: Send + 'static,
    {
        self.modify_guarded(key, closure, (write, account), false)
    }

    /// As [`modify`](Self::modify), with a closure that does not look at what is there: nothing is loaded.
    pub(in crate::engine) fn modify_blind<F, R>(
        self: &Arc<Self>,
        key: K,
        closure: F,
        whose: (Write, Account),
    ) -> Op<Modified<R>>
    where
        F: FnMut(Option<&V>, Stamp) -> (Change<V>, R) + Send + 'static,
        R: Send + 'static,
    {
        self.modify_job(key, closure, whose, |job| job.looks = false)
    }

    pub(in crate::engine) fn modify_guarded<F, R>(
        self: &Arc<Self>,
        key: K,
        closure: F,
        whose: (Write, Account),
        is_guarded: bool,
    ) -> Op<Modified<R>>
    where
        F: FnMut(Option<&V>, Stamp) -> (Change<V>, R) + Send + 'static,
        R: Send + 'static,
    {
        self.modify_job(key, closure, whose, |job| job.is_guarded = is_guarded)
    }

    fn modify_job<F, R>(
        self: &Arc<Self>,
        key: K,
        closure: F,
        (write, account): (Write, Account),
        adapt: impl FnOnce(&mut Job<K, V, F, R>),
    ) -> Op<Modified<R>>
    where
        F: FnMut(Option<&V>, Stamp) -> (Change<V>, R) + Send + 'static,
        R: Send + 'static,
    {
        if let Err(error) = self.way(0, None, write) {
            return Op::failed(error);
        }
        let (done, op) = Op::pending();
        let hash = self.hash(&key);
        let n = self.place(hash);
        let mut job = Job {
            key,
            hash,
            n,
            turn: None,
            looks: true,
            is_guarded: false,
            closure,
            write,
            asker: account.into(),
            runs: 0,
            loaded: None,
            place: None,
            permit: None,
            done,
        };
        adapt(&mut job);
        loop {
            match self.try_modify(job) {
                Tried::Over => return op,
                Tried::Again(again) if again.runs < Self::FAST_RUNS => job = again,
                Tried::Again(later) | Tried::NotYet(later) | Tried::Unstored(later) => {
                    self.line_up(later);
                    return op;
                }
            }
        }
    }

    fn line_up<F, R>(self: &Arc<Self>, mut job: Job<K, V, F, R>)
    where
        F: FnMut(Option<&V>, Stamp) -> (Change<V>, R) + Send + 'static,
        R: Send + 'static,
    {
        match self.line_place() {
            Ok(place) => job.place = Some(place),
            Err(error) => return job.done.complete(Err(error)),
        }
        // The modifications before it may wait for room, each for its whole time: that counts for this one, too.
        job.asker.until = self.patience(job.asker);
        let (n, hash, key) = (job.n, job.hash, job.key.clone());
        let shared = Arc::clone(self);
        let go = Done::call(move |turn: Result<TurnId>| {
            let turn = turn.map(|turn| HeldTurn::of(&shared, n, turn));
            trampoline::run(move || match turn {
                Ok(turn) => {
                    job.turn = Some(turn);
                    shared.take_turn(job);
                }
                Err(error) => job.done.complete(Err(error)),
            });
        });
        self.step(n, |shard, effects| shard.join_line(hash, key, go, effects));
    }

    /// It is this job's turn: it goes on until it has written or failed.
    pub(in crate::engine) fn take_turn<F, R>(self: &Arc<Self>, mut job: Job<K, V, F, R>)
    where
        F: FnMut(Option<&V>, Stamp) -> (Change<V>, R) + Send + 'static,
        R: Send + 'static,
    {
        loop {
            match self.try_modify(job) {
                Tried::Over => return,
                Tried::Again(again) if again.runs < Self::RUNS_MAX => job = again,
                Tried::Unstored(job) if job.runs < Self::RUNS_MAX => {
                    return self.wait_for_store(job);
                }
                Tried::Again(spent) | Tried::Unstored(spent) => {
                    let message = "other writes of this key kept changing it";
                    let error = Error::busy(message, Duration::from_millis(1));
                    return spent.end(Err(error));
                }
                Tried::NotYet(mut job) => {
                    let (n, hash) = (job.n, job.hash);
                    let key = match copied_key(&job.key) {
                        Ok(key) => key,
                        Err(error) => return job.end(Err(error)),
                    };
                    if let Some(turn) = &job.turn {
                        self.step(n, |shard, _| shard.ask_basis(turn.at()));
                    }
                    let shared = Arc::clone(self);
                    let waiter = Done::call(move |loaded: Result<Option<V>>| {
                        trampoline::run(move || match loaded {
                            Ok(value) => {
                                job.loaded = Some(Loaded(value));
                                shared.take_turn(job);
                            }
                            Err(error) => job.end(Err(error)),
                        });
                    });
                    return self.load(n, hash, key, waiter);
                }
            }
        }
    }

    fn try_modify<F, R>(self: &Arc<Self>, mut job: Job<K, V, F, R>) -> Tried<Job<K, V, F, R>>
    where
        F: FnMut(Option<&V>, Stamp) -> (Change<V>, R) + Send + 'static,
        R: Send + 'static,
    {
        let computed = catch_unwind(AssertUnwindSafe(|| self.compute(&mut job)));
        let (accept, result) = match computed {
            Ok(Computed::NotYet) => return Tried::NotYet(job),
            Ok(Computed::Unstored) => return Tried::Unstored(job),
            Ok(Computed::Keep(result)) => {
                job.end(Ok(Modified { result, receipt: None }));
                return Tried::Over;
            }
            Ok(Computed::Write(accept, result)) => (accept, result),
            Ok(Computed::Refused(error)) => {
                job.end(Err(error));
                return Tried::Over;
            }
            Err(_) => {
                let message = "the closure of a modification, or what weighs its value, panicked";
                job.end(Err(Error::new(ErrorKind::Aborted, message)));
                return Tried::Over;
            }
        };
        match self.way(accept.weight, accept.frame.as_deref(), job.write) {
            Ok(Way::Behind(rung)) => self.modify_behind(job, accept, result, rung),
            Ok(Way::Through { keeps }) => self.modify_through(job, accept, keeps, result),
            Err(error) => {
                job.end(Err(error));
                Tried::Over
            }
        }
    }

    /// Runs the closure, if there is something to run it on. All foreign code of a modification is
    /// called here.
    fn compute<F, R>(&self, job: &mut Job<K, V, F, R>) -> Computed<K, V, R>
    where
        F: FnMut(Option<&V>, Stamp) -> (Change<V>, R),
    {
        let is_uncoalesced = job.write.is_uncoalesced();
        let basis = {
            let shard = self.cells[job.n].lock.read();
            let has_turn = job.turn.is_some();
            let own = job.turn.as_ref().map(HeldTurn::at);
            match own.or_else(|| shard.find(job.hash, &job.key)) {
                Some(at) if is_uncoalesced && shard.unstored_version(at).is_some() => {
                    return Computed::Unstored;
                }
                Some(at) if job.looks => shard.basis(at, has_turn, || self.wall()),
                Some(at) => shard.blind_basis(at, has_turn),
                None => Basis::NotYet,
            }
        };
        let (value, stamp) = match (basis, job.loaded.take()) {
            (Basis::Known(value, stamp), _) | (Basis::Loaded(stamp), Some(Loaded(value))) => {
                (value, stamp)
            }
            (Basis::Loaded(_) | Basis::NotYet, _) => return Computed::NotYet,
        };
        job.runs += 1;
        let expiry = value.as_ref().map_or(0, |value| self.deadline(&job.key, value));
        let condition = match &value {
            _ if !job.is_guarded => Condition::Always,
            Some(_) => Condition::Present,
            None => Condition::Absent,
        };
        let (change, result) = (job.closure)(value.as_ref(), Stamp(stamp));
        let (held, weight, deadline) = match change {
            Change::Keep => return Computed::Keep(result),
            Change::Put(value) => {
                let weight = self.weigh(&job.key, &value);
                let deadline = self.deadline(&job.key, &value);
                (Held::Value(value), weight, deadline)
            }
            Change::Delete => (Held::Tombstone, Self::weigh_absence(), 0),
        };
        let frame = match self.frame(&job.key, &held, deadline, job.write) {
            Ok(frame) => frame,
            Err(error) => return Computed::Refused(error),
        };
        let accept = Accept {
            hash: job.hash,
            key: job.key.clone(),
            held,
            weight,
            deadline,
            now: self.parts.seams.clock.now(),
            is_over: self.is_over(deadline),
            expect: Some(Expect {
                stamp,
                expiry,
                has_turn: job.turn.is_some(),
                is_edit: false,
                wall: self.wall().0,
                condition,
                is_uncoalesced,
            }),
            frame,
            asker: job.asker,
        };
        Computed::Write(accept, result)
    }

    fn modify_behind<F, R>(
        self: &Arc<Self>,
        mut job: Job<K, V, F, R>,
        accept: Accept<K, V>,
        result: R,
        rung: Durability,
    ) -> Tried<Job<K, V, F, R>>
    where
        F: FnMut(Option<&V>, Stamp) -> (Change<V>, R) + Send + 'static,
        R: Send + 'static,
    {
        let now = accept.now;
        // What is not used of it goes back.
        let permit = job.permit.take().map(|permit| permit.take());
        let accepted = self.step(job.n, |shard, effects| {
            shard.accept_behind(accept, permit, &self.budget, effects)
        });
        match accepted {
            Ok(accepted) => {
                job.use_turn();
                let done = answer_of(job.done, result);
                if permit.is_some() {
                    self.accepted_late(job.hash, permit, (accepted, now), rung, done);
                } else {
                    let receipt = self.accepted(job.n, accepted, now);
                    self.when_reached(receipt, rung).forward(done);
                }
                Tried::Over
            }
            Err(Rejected::Changed(_)) => Tried::Again(job),
            Err(Rejected::Failed(error)) => {
                self.tell_if_journal_failed();
                job.end(Err(error));
                Tried::Over
            }
            Err(Rejected::NoRoom(..) | Rejected::JournalFull(_)) if job.turn.is_none() => {
                Tried::NotYet(job)
            }
            Err(Rejected::NoRoom(_, need)) => {
                self.modify_when_room(job, need);
                Tried::Over
            }
            Err(Rejected::JournalFull(accept)) => {
                self.modify_when_journal(job, &accept);
                Tried::Over
            }
        }
    }

    fn modify_through<F, R>(
        self: &Arc<Self>,
        mut job: Job<K, V, F, R>,
        accept: Accept<K, V>,
        keeps: bool,
        result: R,
    ) -> Tried<Job<K, V, F, R>>
    where
        F: FnMut(Option<&V>, Stamp) -> (Change<V>, R) + Send + 'static,
        R: Send + 'static,
    {
        // A write-through takes no room.
        job.permit = None;
        let (spare, _) = Op::pending();
        let done = std::mem::replace(&mut job.done, spare);
        // The answer may come before `write_through` returns; until then both ends are shared.
        let slot = Arc::new(Mutex::new(Some((done, result))));
        let mine = Arc::clone(&slot);
        let answer = Done::call(move |stored: Result<Receipt>| {
            let taken = mine.lock().take();
            if let Some((done, result)) = taken {
                done.complete(stored.map(|receipt| Modified { result, receipt: Some(receipt) }));
            }
        });
        let place = job.place.take();
        let Err((rejected, place, unused)) = self.write_through(accept, keeps, place, answer)
        else {
            job.use_turn();
            return Tried::Over;
        };
        job.place = place.filter(|_| job.turn.is_some());
        if let Some((done, _)) = slot.lock().take() {
            job.done = done;
        }
        drop(unused);
        match rejected {
            Rejected::Changed(_) | Rejected::NoRoom(..) | Rejected::JournalFull(_) => {
                Tried::Again(job)
            }
            Rejected::Failed(error) => {
                job.end(Err(error));
                Tried::Over
            }
        }
    }
}

impl<K: Key, V: Value, F, R> Job<K, V, F, R> {
    /// Gives up the turn, if the job has it, and answers.
    pub(in crate::engine) fn end(mut self, result: Result<Modified<R>>) {
        drop(self.turn.take());
        self.done.complete(result);
    }

    /// What it writes has taken its place in the line, if it has the turn.
    fn use_turn(&mut self) {
        if let Some(turn) = self.turn.take() {
            turn.used();
        }
    }
}

/// Hands the answer to the write on as the answer to its modification.
fn answer_of<R: Send + 'static>(done: Done<Modified<R>>, result: R) -> Done<Receipt> {
    Done::mapped(done, |receipt: Result<Receipt>| {
        receipt.map(|receipt| Modified { result, receipt: Some(receipt) })
    })
}
