//! The ledger under a schedule explorer.

use std::sync::Arc;

use forebay_store::sync::Mutex;

use super::rig::{Wish, World, world};
use crate::budget::{Press, Purpose, Rank, Room};

const SCHEDULES: usize = 2_000;

fn explore(scenario: impl Fn() + Send + Sync + 'static) {
    shuttle::check_random(scenario, SCHEDULES);
}

fn shared() -> Arc<World> {
    Arc::new(world(100))
}

/// What may be evicted: pressing gives back as much as is missing.
#[derive(Default)]
struct Saved(Mutex<Vec<Room>>);

impl Press for Saved {
    fn press(&self) {
        let room = self.0.lock().pop();
        drop(room);
    }
}

fn is_empty(world: &World) {
    let books = world.ledger.standing();
    assert_eq!((books.used(), books.waiting, books.lack), (0, 0, 0));
    assert!(!world.ledger.wanted());
}

#[test]
fn room_that_comes_back_while_somebody_stands_in_line_is_never_missed() {
    explore(|| {
        let world = shared();
        let room = world.ledger.take_now(100, Purpose::Resident).unwrap();
        let back = shuttle::thread::spawn(move || drop(room));
        let wish = world.insert(60);
        back.join().unwrap();
        assert!(wish.has_room());
        wish.end();
        is_empty(&world);
    });
}

#[test]
fn two_inserts_at_a_full_budget_are_both_served() {
    explore(|| {
        let world = shared();
        let saved = Arc::new(Saved::default());
        let half = || world.ledger.take_now(50, Purpose::Resident).unwrap();
        *saved.0.lock() = vec![half(), half()];
        let weak: std::sync::Weak<Saved> = Arc::downgrade(&saved);
        world.ledger.on_pressure(weak);
        let insert = |world: Arc<World>| {
            shuttle::thread::spawn(move || {
                let wish = world.insert(50);
                wish
            })
        };
        let both = [insert(Arc::clone(&world)), insert(Arc::clone(&world))];
        let both = both.map(|thread| thread.join().unwrap());
        assert!(both.iter().all(|wish| wish.has_room()), "each has pressed for itself");
        for wish in &both {
            wish.end();
        }
        is_empty(&world);
    });
}

#[test]
fn who_goes_away_while_he_is_served_loses_no_room() {
    explore(|| {
        let world = shared();
        let room = world.ledger.take_now(100, Purpose::Resident).unwrap();
        let [first, second] = [world.insert(80), world.insert(80)];
        let purging = Arc::clone(&world);
        let leaving = Arc::clone(&first);
        let leave = shuttle::thread::spawn(move || {
            leaving.go();
            purging.ledger.purge();
        });
        drop(room);
        leave.join().unwrap();
        first.end();
        assert!(second.has_room());
        second.end();
        is_empty(&world);
    });
}

#[test]
fn who_does_not_wait_is_answered_although_another_gives_back() {
    explore(|| {
        let world = shared();
        let room = world.ledger.take_now(100, Purpose::Resident).unwrap();
        let back = shuttle::thread::spawn(move || drop(room));
        let taken = world.ledger.try_take(60, Purpose::Resident, Rank::Insert);
        back.join().unwrap();
        drop(taken);
        is_empty(&world);
    });
}

#[test]
fn a_close_beside_asks_answers_each_once() {
    explore(|| {
        let world = shared();
        let room = world.ledger.take_now(100, Purpose::Resident).unwrap();
        let closing = Arc::clone(&world);
        let close = shuttle::thread::spawn(move || closing.ledger.close());
        let back = shuttle::thread::spawn(move || drop(room));
        let wishes: Vec<Arc<Wish>> = (0..3).map(|_| world.insert(40)).collect();
        close.join().unwrap();
        back.join().unwrap();
        assert!(wishes.iter().all(|wish| !wish.waits()));
        for wish in &wishes {
            wish.end();
        }
        is_empty(&world);
    });
}
