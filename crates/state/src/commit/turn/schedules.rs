//! Threads that want the turn, some of them not before the desk is free, in every order.

use std::sync::Arc;

use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, Runner, thread};

use super::Turn;

#[derive(Default)]
struct Desk {
    is_blocked: bool,
    count: u32,
}

/// Blocks the desk, gives the turn back, and frees the desk later.
fn block(turn: &Turn<Desk>) {
    turn.take_when(|desk| !desk.is_blocked).unwrap().is_blocked = true;
    thread::yield_now();
    let mut held = turn.take().unwrap();
    assert!(std::mem::take(&mut held.is_blocked), "somebody else has freed it");
    turn.call();
}

fn count_on(turn: &Turn<Desk>) {
    let mut held = turn.take_when(|desk| !desk.is_blocked).unwrap();
    held.count += 1;
    assert!(turn.take().is_err() && turn.try_take().is_none(), "nobody takes it twice");
}

#[test]
fn whoever_wants_the_turn_gets_it_when_the_desk_is_free() {
    let check = || {
        let turn = Arc::new(Turn::new(Desk::default()));
        let threads = [block, count_on, block, count_on].map(|what: fn(&Turn<Desk>)| {
            let turn = Arc::clone(&turn);
            thread::spawn(move || what(&turn))
        });
        if let Some(mut held) = turn.try_take() {
            held.count += 1;
        } else {
            turn.take().unwrap().count += 1;
        }
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(turn.take().unwrap().count, 3);
    };
    Runner::new(RandomScheduler::new(10_000), Config::new()).run(check);
    Runner::new(PctScheduler::new(3, 10_000), Config::new()).run(check);
}
