//! The power fails at every step of a recovery, of a retry, of a purge.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Home, Mode, State, TableId, copy};
use forebay_store::Result;

use super::shapes::{disk, held, mended, open, recovered, second};

/// Ends `run` at each of its steps, on a disk of its own each time, and has `check` look at what is
/// left; it is told whether `run` was answered.
fn everywhere(
    begin: &SimulatedDisk,
    run: fn(&SimulatedDisk) -> bool,
    check: fn(&SimulatedDisk, bool),
) {
    let fresh = |seed| {
        let disk = begin.copy();
        disk.power_cut();
        disk.reseed(seed);
        disk
    };
    let whole = fresh(0);
    let before = whole.steps();
    assert!(run(&whole));
    for step in 0..whole.steps() - before {
        let disk = fresh(step);
        disk.cut_after(step);
        let is_answered = run(&disk);
        disk.power_cut();
        check(&disk, is_answered);
    }
}

#[test]
fn a_recovery_that_is_cut_off_has_lost_nothing() {
    for is_snapshot in [false, true] {
        let begin = disk(&["Ada Lovelace", "Plato", "panic"], is_snapshot);
        let run = |disk: &SimulatedDisk| open::<second::Shop>(disk, Mode::Recover).is_ok();
        everywhere(&begin, run, |disk, is_answered| {
            if is_answered {
                // What it has found, no opening finds again.
                let strict = open::<second::Shop>(disk, Mode::Strict).unwrap();
                assert_eq!(held(&strict), [2, 3]);
                drop(strict);
                disk.kill();
            }
            let state = open::<second::Shop>(disk, Mode::Recover).unwrap();
            assert_eq!((held(&state), state.read().users.len()), (vec![2, 3], 1));
            assert_eq!(state.read().quarantine().of_table(TableId(3)).len(), 1);
        });
    }
}

/// A disk with two users in quarantine, and nobody at work.
fn at_rest() -> SimulatedDisk {
    let (disk, state) = recovered(&["Ada Lovelace", "Plato", "Socrates"]);
    drop(state);
    disk.kill();
    disk
}

fn synced<R>(state: &State<mended::Shop>, done: &Result<R>) -> bool {
    done.is_ok() && state.sync().wait().is_ok()
}

#[test]
fn a_retry_that_is_cut_off_has_everything_in_one_place() {
    let run = |disk: &SimulatedDisk| {
        let Ok(state) = open::<mended::Shop>(disk, Mode::Strict) else { return false };
        let done = state.retry_quarantine(|value| value.table() == TableId(1)).wait();
        synced(&state, &done)
    };
    everywhere(&at_rest(), run, |disk, is_answered| {
        let state = open::<mended::Shop>(disk, Mode::Strict).unwrap();
        let found = (held(&state).len(), state.read().users.len());
        assert!(found == (0, 3) || found == (2, 1) && !is_answered, "{found:?}");
    });
}

#[test]
fn a_purge_that_is_cut_off_has_happened_or_not() {
    let run = |disk: &SimulatedDisk| {
        let Ok(state) = open::<mended::Shop>(disk, Mode::Strict) else { return false };
        let done = state.purge_quarantine(|value| value.table() == TableId(1)).wait();
        synced(&state, &done)
    };
    everywhere(&at_rest(), run, |disk, is_answered| {
        let state = open::<mended::Shop>(disk, Mode::Strict).unwrap();
        let found = (held(&state).len(), state.read().users.len());
        assert!(found == (0, 1) || found == (2, 1) && !is_answered, "{found:?}");
    });
}

#[test]
fn a_tool_that_is_cut_off_has_purged_all_or_nothing() {
    let run = |disk: &SimulatedDisk| {
        let home = Home::simulated(disk.clone(), "s");
        copy::purge_quarantine(home, |_| true, |_| Ok(())).is_ok()
    };
    everywhere(&at_rest(), run, |disk, is_answered| {
        let state = open::<second::Shop>(disk, Mode::Strict).unwrap();
        let left = state.read().quarantine().len();
        assert!(left == 0 || left == 3 && !is_answered, "{left} are left");
        assert_eq!(state.read().users.len(), 1);
    });
}
