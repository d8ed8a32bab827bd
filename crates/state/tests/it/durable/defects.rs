//! Losses of a typed store that have no place among the other tests; their numbers are those of
//! `docs/defects.md`.

use std::time::Duration;

use forebay_journal::disk::simulated::{Ending, Remains};
use forebay_store::Durability;

use super::edits::Edit;
use super::rig::Rig;

/// A state whose journal has its next segment ready, so that none is made while syncs are counted. It is
/// begun when a quarter of the first is used.
fn with_a_next_segment() -> Rig {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    for id in 0..5 {
        rig.write(Durability::Synced, &[Edit::Open(id, 1)]).unwrap();
    }
    rig
}

/// E7: a log that is synced "at most every interval", and at each write.
#[test]
fn nothing_is_synced_before_somebody_asks_or_the_interval_ends() {
    let mut rig = with_a_next_segment();
    rig.clock.advance(Duration::from_secs(1));
    let before = rig.disk.counts();
    for id in 0..200 {
        rig.write(Durability::Journaled, &[Edit::Open(id % 12, 1)]).unwrap();
    }
    assert_eq!(rig.disk.counts().syncs, before.syncs, "nobody has asked");
    rig.clock.advance(Duration::from_secs(1));
    let after = rig.disk.counts().syncs - before.syncs;
    assert!((1..=3).contains(&after), "the interval ended once: {after} syncs");
}

/// E17: a sync a writer.
#[test]
fn sixty_four_writers_share_a_sync() {
    let mut rig = with_a_next_segment();
    let before = rig.disk.counts().syncs;
    for id in 0..64 {
        rig.submit(Durability::Synced, &[Edit::Open(id % 12, i64::from(id))]).unwrap();
    }
    while !rig.pending.is_empty() {
        rig.wait(0).unwrap();
    }
    let syncs = rig.disk.counts().syncs - before;
    assert!((1..=2).contains(&syncs), "{syncs} syncs for 64 transactions");
}

/// E45: names that no sync of a directory has made durable.
#[test]
fn a_new_state_is_there_once_something_is_synced() {
    for seed in 0..20 {
        let mut rig = Rig::new(seed);
        rig.open(false).unwrap();
        rig.write(Durability::Synced, &[Edit::Open(1, 1)]).unwrap();
        rig.drop_state();
        rig.disk.power_cut_leaving(Remains::Nothing);
        rig.open(true).unwrap();
        assert!(rig.state().read().accounts.contains(&1), "seed {seed}");
    }
}

/// E47: what was pending, and its error, go with what held them. Settings cannot be changed here while
/// a state is open, so a handle that goes, or an answer that nobody waits for, is all that is left of it.
#[test]
fn a_handle_that_goes_takes_nothing_with_it() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    let other = rig.state().clone();
    rig.submit(Durability::Synced, &[Edit::Open(1, 1)]).unwrap();
    let ticket = other.submit(Durability::Synced, |_| Ok(())).unwrap();
    drop(other);
    // Who waits for the later one waits for the one before it, whose answer nobody wants.
    drop(rig.pending.pop());
    ticket.receipt.shown().wait().unwrap();
    rig.model.acknowledge(1, Durability::Synced);
    rig.end(Ending::PowerCut);
    rig.open(true).unwrap();
    assert_eq!(rig.model.last(), 1);
}

/// E3: a disk that is really full, and then not any more: whatever is acknowledged behind the failure is
/// there. Each run has so much more room than the one before, so it fills up at another place.
#[test]
fn what_is_acknowledged_after_a_full_disk_is_there() {
    let mut refused = 0;
    for extra in 0..24_u64 {
        let mut rig = Rig::new(extra);
        rig.place = format!("{extra} blocks more");
        rig.open(false).unwrap();
        rig.write(Durability::Synced, &[Edit::Open(1, 1)]).unwrap();
        rig.is_faulty = true;
        rig.disk.set_room(taken(&rig) + extra * 4096);
        for id in 0..120 {
            let edits = [Edit::Open(id % 12, 1), Edit::Pay(id % 12, 498)];
            refused += u64::from(rig.write(Durability::Synced, &edits).is_err());
        }
        rig.disk.set_room(u64::MAX);
        // When it was full, it is not asked at each write whether it still is.
        rig.clock.advance(Duration::from_secs(10));
        rig.is_faulty = false;
        assert!(rig.state().failure().is_none(), "{}: it goes on", rig.place);
        for id in 0..50 {
            rig.write(Durability::Synced, &[Edit::Open(id % 12, 7)]).unwrap();
        }
        rig.end(Ending::PowerCut);
        rig.open(true).unwrap();
    }
    assert!(refused > 1000, "{refused}: the disk was full");
}

/// How much room the state has taken.
fn taken(rig: &Rig) -> u64 {
    let names = ["s", "s/journal-00000001"];
    let files = names.into_iter().flat_map(|name| {
        rig.disk.files(name).into_iter().map(move |file| rig.disk.read_live(name, &file).unwrap())
    });
    files.map(|bytes| (bytes.len() as u64).next_multiple_of(4096)).sum()
}
