//! Random histories.

use std::time::Duration;

use forebay_journal::Frame;
use forebay_journal::disk::simulated::Ending;
use forebay_store::{Durability, ErrorKind};

use super::dice::Dice;
use super::rig::{Rig, SEGMENT};

/// What happens while one owner lives, up to `steps` things. It may end early.
pub(crate) fn live(rig: &mut Rig, dice: &Dice, steps: u64) {
    for _ in 0..steps {
        if rig.disk.ending().is_some() {
            return;
        }
        step(rig, dice);
        rig.look();
    }
}

/// Several owners, one after the other, each with another end; the last one stays open.
pub(crate) fn lives(rig: &mut Rig, dice: &Dice, count: u64) {
    for life in 1..=count {
        // A fault may have hit the opening: the next one is not to suffer from it.
        while rig.open().is_err() {
            if rig.disk.ending().is_some() || !rig.is_faulty {
                return;
            }
        }
        live(rig, dice, 4 + dice.below(14));
        let ending = dice.below(5);
        if life == count || rig.disk.ending().is_some() {
            return;
        }
        match ending {
            0 => drop(rig.close()),
            1 => rig.drop_journal(),
            2 => rig.end(Ending::PowerCut),
            _ => rig.end(Ending::Kill),
        }
        if rig.disk.ending().is_some() {
            return;
        }
    }
}

/// A few more crashes, some of them while it is being opened, and then nothing is missing.
pub(crate) fn aftermath(rig: &mut Rig, dice: &Dice, endings: &[Ending]) {
    for _ in 0..dice.below(3) {
        let ending = endings[dice.length(endings.len())];
        match ending {
            Ending::PowerCut => rig.disk.cut_after(dice.below(60)),
            Ending::Kill => rig.disk.kill_after(dice.below(60)),
        }
        if rig.open().is_ok() {
            let steps = dice.below(8);
            live(rig, dice, steps);
        }
        rig.end(ending);
    }
    rig.open().unwrap();
    prove(rig);
}

/// What is acknowledged last is there, too.
pub(crate) fn prove(rig: &mut Rig) {
    for lengths in [vec![100, 0, 3000], vec![5000]] {
        append(rig, &lengths);
        let last = rig.model.last();
        rig.wait(last, Durability::Synced).unwrap();
    }
    let last = rig.model.last();
    rig.end(Ending::PowerCut);
    rig.open().unwrap();
    assert_eq!(rig.model.last(), last, "{}", rig.place);
    rig.close().unwrap();
    assert!(rig.open().unwrap().was_clean, "{}: it was closed in order", rig.place);
    assert_eq!(rig.model.last(), last, "{}", rig.place);
}

fn step(rig: &mut Rig, dice: &Dice) {
    match dice.below(24) {
        0..=9 => append(rig, &lengths(dice)),
        10 | 11 => wait(rig, dice, Durability::Journaled),
        12..=14 => wait(rig, dice, Durability::Synced),
        15 => rig.when(rig.model.last(), Durability::Synced),
        16 => rig.when(rig.model.last(), Durability::Journaled),
        17 => drop(rig.make_room(dice.length(70_000))),
        18..=20 => rig.clock.advance(Duration::from_millis(10 + dice.below(250))),
        21 => rig.clock.advance(Duration::from_secs(5)),
        _ => {
            let from = rig.model.synced().saturating_sub(12);
            let needed = from + dice.below(rig.model.synced() - from + 2);
            let _ = rig.retire(needed);
        }
    }
}

fn wait(rig: &mut Rig, dice: &Dice, rung: Durability) {
    let number = rig.model.last() - dice.below(3).min(rig.model.last());
    let _ = rig.wait(number, rung);
}

/// Appends a frame. If a bound is reached, everything before goes.
fn append(rig: &mut Rig, lengths: &[usize]) {
    let Err(error) = rig.append(lengths) else { return };
    if error.kind() != ErrorKind::Busy {
        return;
    }
    let last = rig.model.last();
    if rig.wait(last, Durability::Synced).is_err() || rig.retire(last + 1).is_err() {
        return;
    }
    let again = rig.append(lengths);
    let is_fine = again.is_ok() || rig.is_faulty || rig.disk.ending().is_some();
    assert!(is_fine, "{}: nothing is needed, and yet {again:?}", rig.place);
}

fn lengths(dice: &Dice) -> Vec<usize> {
    let small: fn(&Dice) -> usize = |dice| dice.length(200);
    match dice.below(20) {
        0..=11 => (0..=dice.below(5)).map(|_| small(dice)).collect(),
        12..=15 => (0..=dice.below(3)).map(|_| dice.length(4096)).collect(),
        16 | 17 => vec![dice.length(20 << 10), small(dice)],
        // Just as long as a frame can be, or a little too long.
        _ => {
            let header = Frame::new().length();
            let room = usize::try_from(SEGMENT).unwrap() - 2 * 4096 - header - 3;
            vec![room + 2 - dice.length(5)]
        }
    }
}
