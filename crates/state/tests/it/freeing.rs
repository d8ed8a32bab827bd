//! Old values are freed by writers, once no view shows them.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Home, State, Table, Tables};
use forebay_store::seam::manual::ManualClock;
use forebay_store::seam::{Job, Spawn};
use forebay_store::{Done, Durability, Seams};
use serde::{Deserialize, Serialize};

use crate::tokens::{Fragile, Token, Tokens};

#[test]
fn what_a_view_kept_is_freed_by_a_later_write_when_the_view_is_gone() {
    let state = State::<Tokens>::memory();
    let token = Arc::new(());
    let old = Arc::downgrade(&token);
    state.write(|tx| tx.tokens.put(Fragile(1), Token { life: token })).unwrap();
    let view = state.read();
    for _ in 0..10 {
        state.write(|tx| tx.tokens.put(Fragile(1), Token::default())).unwrap();
    }
    assert!(old.upgrade().is_some(), "the view shows it");
    drop(view);
    for _ in 0..2 {
        state.write(|tx| tx.tokens.put(Fragile(2), Token::default())).unwrap();
    }
    assert!(old.upgrade().is_none(), "nobody can see it");
}

#[test]
fn without_views_an_old_value_lives_until_the_next_write_only() {
    let state = State::<Tokens>::memory();
    let token = Arc::new(());
    let old = Arc::downgrade(&token);
    state.write(|tx| tx.tokens.put(Fragile(1), Token { life: token })).unwrap();
    state.write(|tx| tx.tokens.put(Fragile(1), Token::default())).unwrap();
    state.write(|tx| tx.tokens.put(Fragile(2), Token::default())).unwrap();
    assert!(old.upgrade().is_none());
}

static FREED: AtomicU64 = AtomicU64::new(0);

std::thread_local! {
    static FREED_HERE: Cell<u64> = const { Cell::new(0) };
}

/// A value that counts where it is freed.
#[derive(Serialize, Deserialize)]
struct Counted(u64);

impl Drop for Counted {
    fn drop(&mut self) {
        FREED.fetch_add(1, Ordering::SeqCst);
        FREED_HERE.set(FREED_HERE.get() + 1);
    }
}

#[derive(State, Clone)]
struct Counts {
    #[table(id = 1)]
    counts: Table<u64, Counted>,
}

#[test]
fn no_write_is_held_up_by_freeing_what_a_long_view_kept() {
    const MANY: u64 = 1000;
    let state = State::<Counts>::memory();
    let fill = |from: u64| {
        for key in 0..MANY {
            state.write(|tx| tx.counts.put(key, Counted(from + key))).unwrap();
        }
    };
    fill(0);
    let view = state.read();
    fill(MANY);
    let (before, here) = (FREED.load(Ordering::SeqCst), FREED_HERE.get());
    drop(view);
    for key in 0..4 {
        state.write(|tx| tx.counts.put(key, Counted(0))).unwrap();
    }
    let here = FREED_HERE.get() - here;
    assert!(here < MANY / 10, "{here} values were freed by four writes of one");
    while FREED.load(Ordering::SeqCst) - before < MANY {
        std::thread::yield_now();
    }
}

/// Keeps its jobs: all threads are busy.
#[derive(Default)]
struct Busy(Mutex<Vec<Job>>);

impl Spawn for Busy {
    fn run(&self, job: Job) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(job);
    }
}

impl Busy {
    /// A thread has time, for all that is there.
    fn work(&self) {
        let jobs = std::mem::take(&mut *self.0.lock().unwrap());
        for job in jobs {
            job();
        }
    }
}

static ANSWERED: AtomicBool = AtomicBool::new(true);
static FREED_EARLY: AtomicU64 = AtomicU64::new(0);
static FREED_LATE: AtomicU64 = AtomicU64::new(0);

/// A value that counts whether it is freed before somebody is answered, or after it.
#[derive(Serialize, Deserialize)]
struct Watched(u64);

impl Drop for Watched {
    fn drop(&mut self) {
        let is_late = ANSWERED.load(Ordering::SeqCst);
        let count = if is_late { &FREED_LATE } else { &FREED_EARLY };
        count.fetch_add(1, Ordering::SeqCst);
    }
}

#[derive(State, Clone)]
struct Watches {
    #[table(id = 1)]
    watched: Table<u64, Watched>,
}

#[test]
fn who_stands_in_the_line_is_answered_before_what_he_leaves_is_freed() {
    let busy = Arc::new(Busy::default());
    let seams = Seams { spawn: Arc::<Busy>::clone(&busy), ..Seams::default() };
    let home = Home::simulated(SimulatedDisk::new(1), "s");
    let state = State::<Watches>::builder(home).seams(seams).open().unwrap();
    for round in 0..3 {
        state.write_at(Durability::Memory, |tx| tx.watched.put(1, Watched(round))).unwrap();
    }
    // Somebody has the turn, so it is put into the line.
    let begin = |_: &mut <Watches as Tables>::Tx<'_>| {
        Ok(state.write_async(Durability::Memory, |tx| tx.watched.put(1, Watched(9))))
    };
    let written = state.write_at(Durability::Memory, begin).unwrap();
    let late = FREED_LATE.load(Ordering::SeqCst);
    ANSWERED.store(false, Ordering::SeqCst);
    written.forward(Done::call(|_| ANSWERED.store(true, Ordering::SeqCst)));
    busy.work();
    assert!(ANSWERED.load(Ordering::SeqCst));
    assert_eq!(FREED_EARLY.load(Ordering::SeqCst), 0);
    assert!(FREED_LATE.load(Ordering::SeqCst) > late, "something was freed");
}

#[test]
fn what_large_transactions_leave_does_not_pile_up_while_no_thread_frees_it() {
    /// More than is freed at once.
    const MANY: usize = 300;
    let busy = Arc::new(Busy::default());
    let seams = Seams { spawn: Arc::<Busy>::clone(&busy), ..Seams::default() };
    let home = Home::simulated(SimulatedDisk::new(1), "s");
    let state = State::<Tokens>::builder(home).seams(seams).open().unwrap();
    let life = Arc::new(());
    let alive = || Arc::strong_count(&life) - 1;
    let write = || {
        let token = || Token { life: Arc::clone(&life) };
        let all = 0..MANY as u64;
        state
            .write(|tx| all.clone().try_for_each(|key| tx.tokens.put(Fragile(key), token())))
            .unwrap();
    };
    write();
    for _ in 0..2 {
        let begin = alive();
        (0..40).for_each(|_| write());
        let more = alive() - begin;
        // Four jobs have what one transaction has replaced each, and the back is behind by one.
        assert!(more >= 4 * MANY, "jobs are left some of it: {more} values");
        assert!(more <= 6 * MANY, "{more} values wait for a thread");
        busy.work();
        assert!(alive() <= 2 * MANY, "the jobs have freed the rest: {} values", alive());
    }
}

#[test]
fn a_thread_that_has_read_and_is_idle_holds_nothing() {
    let state = State::<Tokens>::memory();
    let token = Arc::new(());
    let old = Arc::downgrade(&token);
    state.write(|tx| tx.tokens.put(Fragile(1), Token { life: token })).unwrap();
    let read = || assert_eq!(state.read().tokens.len(), 1);
    read();
    let (to_idle, idle) = std::sync::mpsc::channel::<()>();
    let (begun, has_begun) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            read();
            begun.send(()).unwrap();
            assert!(idle.recv().is_err(), "it is idle until it is let go");
        });
        has_begun.recv().unwrap();
        state.write(|tx| tx.tokens.put(Fragile(1), Token::default())).unwrap();
        state.write(|tx| tx.tokens.put(Fragile(2), Token::default())).unwrap();
        assert!(old.upgrade().is_none(), "nobody can see it");
        drop(to_idle);
    });
}

fn opened_busy<T: Tables>() -> (Arc<Busy>, State<T>) {
    let busy = Arc::new(Busy::default());
    let seams =
        Seams { spawn: Arc::<Busy>::clone(&busy), clock: ManualClock::new(), ..Seams::default() };
    let home = Home::simulated(SimulatedDisk::new(1), "s");
    (busy, State::builder(home).seams(seams).open().unwrap())
}

#[test]
fn a_large_transaction_of_new_keys_leaves_nothing_for_a_thread_to_free() {
    const MANY: u64 = 300;
    let (busy, state) = opened_busy::<Tokens>();
    let woken_by = |from: u64| {
        busy.work();
        let mut all = (from..from + MANY).map(Fragile);
        state.write(|tx| all.try_for_each(|key| tx.tokens.put(key, Token::default()))).unwrap();
        busy.0.lock().unwrap().len()
    };
    // So many that a large transaction is a small part of them.
    for round in 0..11 {
        woken_by(round * MANY);
    }
    assert_eq!(woken_by(11 * MANY), 0, "nobody is woken for what was added");
    assert_eq!(woken_by(0), 0, "nor for what will have to go");
    assert_eq!(woken_by(12 * MANY), 1, "what was replaced is freed elsewhere");
}

#[test]
fn a_large_transaction_of_new_keys_in_no_order_leaves_its_keys_to_a_thread() {
    const MANY: u64 = 300;
    let (busy, state) = opened_busy::<Tokens>();
    let woken_by = |keys: &mut dyn Iterator<Item = u64>| {
        busy.work();
        let put = |tx: &mut <Tokens as Tables>::Tx<'_>| {
            keys.map(Fragile).try_for_each(|key| tx.tokens.put(key, Token::default()))
        };
        state.write(put).unwrap();
        busy.0.lock().unwrap().len()
    };
    // So many that a large transaction is a small part of them.
    for round in 0..11 {
        woken_by(&mut (round * MANY..(round + 1) * MANY));
    }
    let mut mixed = (0..MANY).map(|number| 11 * MANY + number * 7 % MANY);
    assert_eq!(woken_by(&mut mixed), 0, "nobody is woken for what was added");
    assert_eq!(woken_by(&mut (0..1)), 1, "a writer of one key does not free those of many");
}

#[derive(State, Clone)]
struct Mirrored {
    #[table(id = 1)]
    #[index(by_mirror: u64 with mirror)]
    numbers: Table<u64, u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "an index is given references")]
#[expect(clippy::unnecessary_wraps, reason = "an index may leave out entries")]
fn mirror(key: &u64, _: &u64) -> Option<u64> {
    Some(key.reverse_bits())
}

#[test]
fn what_a_large_transaction_leaves_of_its_indexes_is_freed_by_a_thread() {
    const MANY: u64 = 300;
    let (busy, state) = opened_busy::<Mirrored>();
    let woken_by = |mut keys: std::ops::Range<u64>| {
        busy.work();
        state.write(|tx| keys.try_for_each(|key| tx.numbers.put(key, key))).unwrap();
        busy.0.lock().unwrap().len()
    };
    // So many that a large transaction is a small part of them.
    for round in 0..12 {
        woken_by(round * MANY..(round + 1) * MANY);
    }
    assert_eq!(woken_by(0..1), 1, "the index has them in another order");
}
