//! Snapshots: when they are made, and what is opened from them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use forebay_journal::disk::simulated::{Call, Ending};
use forebay_state::snapshot::{Compression, parse_name};
use forebay_state::{Home, State};
use forebay_store::seam::{Job, Spawn};
use forebay_store::{Durability, ErrorKind, Seams};

use super::edits::Edit;
use super::ledger::Ledger;
use super::model::Content;
use super::rig::{Rig, SEGMENT};

/// What the snapshots there are cover.
pub(super) fn snapshots(rig: &Rig) -> Vec<u64> {
    rig.disk.files("s").iter().filter_map(|name| parse_name(name)).collect()
}

fn segments(rig: &Rig) -> usize {
    let names = rig.disk.files("s/journal-00000001");
    names.iter().filter(|name| name.contains("seg")).count()
}

/// A transaction of about 3 KiB.
pub(super) fn write(rig: &mut Rig, id: u32) {
    rig.write(Durability::Journaled, &[Edit::Open(id, 1), Edit::Pay(id, 400)]).unwrap();
}

#[test]
fn a_state_goes_on_from_its_snapshot_and_what_came_after_it() {
    for compression in [Compression::None, Compression::Lz4, Compression::Zstd] {
        if !compression.is_there() {
            continue;
        }
        let mut rig = Rig::new(0);
        rig.snapshots.compression = compression;
        rig.open(false).unwrap();
        (0..5).for_each(|id| write(&mut rig, id));
        let report = rig.snapshot().unwrap();
        assert_eq!(report.totals.entries(), 15);
        assert_eq!(snapshots(&rig), [report.covered]);
        rig.write(Durability::Synced, &[Edit::Close(2), Edit::Pay(3, 7)]).unwrap();
        rig.end(Ending::PowerCut);
        rig.open(true).unwrap();
        let found = rig.state().report().clone();
        assert_eq!(found.snapshot, Some(report));
        assert_eq!((found.transactions, found.changes), (1, 5));
    }
}

#[test]
fn layouts_told_before_a_snapshot_are_known_after_it() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    // Every layout is told in the first segments, which go.
    (0..60).for_each(|id| write(&mut rig, id % 9));
    let before = segments(&rig);
    rig.snapshot().unwrap();
    assert!(segments(&rig) < before, "{} of {before}", segments(&rig));
    write(&mut rig, 4);
    rig.end(Ending::Kill);
    rig.open(false).unwrap();
    assert_eq!(rig.state().report().transactions, 1);
}

#[test]
fn a_new_snapshot_takes_the_place_of_the_old_one() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    for id in 0..4 {
        write(&mut rig, id);
        let covered = rig.snapshot().unwrap().covered;
        assert_eq!(snapshots(&rig), [covered]);
    }
    assert!(!rig.disk.files("s").contains(&"new-snap".into()));
}

#[test]
fn a_snapshot_has_what_was_accepted_when_it_was_asked_for() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    write(&mut rig, 0);
    rig.submit(Durability::Synced, &[Edit::Open(1, 1)]).unwrap();
    rig.submit(Durability::Memory, &[Edit::Open(2, 1)]).unwrap();
    assert_eq!(rig.snapshot().unwrap().totals.entries(), 7);
    assert_eq!(rig.state().read().accounts.len(), 3, "it is shown, too");
}

#[test]
fn a_state_makes_snapshots_of_itself_as_its_journal_grows() {
    let mut rig = Rig::new(0);
    rig.snapshots.bytes_min = 8 * SEGMENT;
    rig.open(false).unwrap();
    let mut made = Vec::new();
    for id in 0..2000 {
        write(&mut rig, id % 9);
        if made.last() != snapshots(&rig).last() {
            made.extend(snapshots(&rig));
        }
    }
    // 6 MB and 512 KiB each; the look is not at every transaction.
    assert!((7..=12).contains(&made.len()), "{made:?}");
    assert!(segments(&rig) < 24);
    rig.end(Ending::Kill);
    rig.open(false).unwrap();
}

#[test]
fn bytes_written_follow_the_log() {
    let mut rig = Rig::new(0);
    rig.segments = 1000;
    rig.snapshots.bytes_min = 1;
    rig.open(false).unwrap();
    // A state that becomes large: 12 accounts with 3 KiB entries each would be overwritten, so the
    // entries are of different amounts.
    for amount in 1..800 {
        rig.write(Durability::Journaled, &[Edit::Open(1, 1), Edit::Pay(1, 2 * amount)]).unwrap();
    }
    let before = rig.disk.counts().bytes_written;
    let state = rig.snapshot().unwrap().totals.bytes;
    let own = rig.disk.counts().bytes_written - before;
    assert!(own < state * 5 / 4 + 2 * SEGMENT, "{own} for {state}");
    assert!(before < state * 5, "{before} for {state}");
}

#[test]
fn so_many_transactions_bring_a_snapshot() {
    let mut rig = Rig::new(0);
    rig.snapshots.transactions = Some(5);
    rig.open(false).unwrap();
    (0..4).for_each(|id| write(&mut rig, id));
    assert!(snapshots(&rig).is_empty());
    (4..6).for_each(|id| write(&mut rig, id));
    assert_eq!(snapshots(&rig).len(), 1);
}

#[test]
fn a_long_journal_brings_a_snapshot_when_it_is_opened() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    (0..60).for_each(|id| write(&mut rig, id % 9));
    rig.end(Ending::Kill);
    rig.snapshots.bytes_min = SEGMENT;
    rig.open(false).unwrap();
    assert_eq!(snapshots(&rig).len(), 1);
}

#[test]
fn a_state_in_memory_has_none() {
    let state = State::<Ledger>::memory();
    assert_eq!(state.snapshot().wait().unwrap_err().kind(), ErrorKind::Unsupported);
    assert!(state.troubles().is_empty());
}

/// Runs nothing before it is told to.
#[derive(Default)]
struct Later(Mutex<Vec<Job>>);

impl Later {
    fn run_one(&self) -> bool {
        let job = self.0.lock().unwrap().pop();
        job.is_some_and(|job| {
            job();
            true
        })
    }
}

impl Spawn for Later {
    fn run(&self, job: Job) {
        self.0.lock().unwrap().push(job);
    }
}

fn open_later(rig: &Rig) -> (Arc<Later>, State<Ledger>) {
    let later = Arc::new(Later::default());
    let seams = Seams { spawn: later.clone(), ..rig.clock.seams(1) };
    (later, rig.builder().seams(seams).open().unwrap())
}

#[test]
fn those_who_ask_while_one_is_made_share_the_next() {
    let rig = Rig::new(0);
    let (later, state) = open_later(&rig);
    let first = state.snapshot();
    let second = state.snapshot();
    assert!(later.run_one());
    let (first, second) = (first.wait().unwrap(), second.wait().unwrap());
    assert_eq!(first, second, "it had not begun");
    assert_eq!(snapshots(&rig), [first.covered]);
}

/// The usual journal makes its segments long before anything is in them.
#[test]
fn a_small_state_makes_no_snapshot_each_time_that_it_is_opened() {
    let rig = Rig::new(0);
    let home = Home::simulated(rig.disk.clone(), "s");
    for id in 0..3 {
        let state =
            State::<Ledger>::builder(home.clone()).seams(rig.clock.seams(id)).open().unwrap();
        state
            .write(|tx| Edit::Open(u32::try_from(id).unwrap(), 1).make(tx, &mut Content::default()))
            .unwrap();
        drop(state);
        rig.disk.kill();
        assert!(snapshots(&rig).is_empty(), "at opening {id}");
    }
}

#[test]
fn what_syncs_leave_unused_on_the_disk_counts_for_the_next_snapshot() {
    let mut rig = Rig::new(0);
    rig.snapshots.bytes_min = 4 * SEGMENT;
    rig.open(false).unwrap();
    // Of each sync a block is used.
    for id in 0..200 {
        rig.write(Durability::Synced, &[Edit::Open(id % 5, 1)]).unwrap();
        if !snapshots(&rig).is_empty() {
            break;
        }
    }
    assert!(!snapshots(&rig).is_empty(), "there is none");
    assert!(segments(&rig) <= 7, "{} segments", segments(&rig));
}

#[test]
fn who_has_asked_and_does_not_wait_is_not_kept_until_one_is_made() {
    let rig = Rig::new(0);
    let (later, state) = open_later(&rig);
    let token = Arc::new(());
    for _ in 0..100 {
        let kept = Arc::clone(&token);
        drop(state.snapshot().map(move |made| {
            drop(kept);
            made
        }));
    }
    assert!(Arc::strong_count(&token) <= 2, "{} are kept", Arc::strong_count(&token));
    let wanted = state.snapshot();
    assert!(later.run_one());
    wanted.wait().unwrap();
}

#[test]
fn a_snapshot_stops_no_writer_and_has_none_of_what_comes_later() {
    let rig = Rig::new(0);
    let (later, state) = open_later(&rig);
    let op = state.snapshot();
    let writer = state.clone();
    let calls = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&calls);
    rig.disk.on_call(Box::new(move |_| {
        let mut calls = counted.lock().unwrap();
        *calls += 1;
        if *calls == 4 {
            drop(calls);
            let put = |tx: &mut super::ledger::LedgerTx<'_>| {
                let owner = "a writer beside it".to_owned();
                tx.accounts.put(1, super::ledger::Account { owner, balance: 1 })
            };
            writer.write_at(Durability::Memory, put).unwrap();
        }
    }));
    assert!(later.run_one());
    rig.disk.off_call();
    assert!(*calls.lock().unwrap() > 4);
    assert_eq!(op.wait().unwrap().totals.entries(), 0);
    assert_eq!(state.read().accounts.len(), 1);
}

#[test]
fn a_closed_state_makes_no_snapshots() {
    let rig = Rig::new(0);
    let (later, state) = open_later(&rig);
    let asked = state.snapshot();
    state.close().wait().unwrap();
    while later.run_one() {}
    assert_eq!(asked.wait().unwrap_err().kind(), ErrorKind::Closed);
    let asked = state.snapshot();
    while later.run_one() {}
    assert_eq!(asked.wait().unwrap_err().kind(), ErrorKind::Closed);
    // It is not tried again either.
    rig.clock.advance(Duration::from_secs(1000));
    while later.run_one() {}
    assert!(state.troubles().is_empty() && snapshots(&rig).is_empty());
}

/// Whoever opens the state next would find a stranger in its directory.
#[test]
fn a_close_waits_for_the_snapshot_that_is_being_made() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    (0..90).for_each(|id| write(&mut rig, id % 9));
    rig.end(Ending::Kill);
    let (later, state) = open_later(&rig);
    let op = state.snapshot();
    let (begun, has_begun) = std::sync::mpsc::channel();
    rig.disk.on_call(Box::new(move |call| {
        if call == Call::Create {
            begun.send(()).unwrap();
        }
    }));
    std::thread::scope(|scope| {
        let job = scope.spawn(|| later.run_one());
        has_begun.recv().unwrap();
        state.close().wait().unwrap();
        let changes = rig.disk.changes();
        assert!(job.join().unwrap());
        assert_eq!(rig.disk.changes(), changes, "nobody is in the directory after the close");
    });
    rig.disk.off_call();
    // It came too late to be given up, or was.
    assert_eq!(snapshots(&rig).len(), usize::from(op.wait().is_ok()));
    rig.open(false).unwrap();
}

#[test]
fn a_snapshot_that_nobody_wants_any_more_is_given_up() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    (0..90).for_each(|id| write(&mut rig, id % 9));
    rig.end(Ending::Kill);
    let (later, state) = open_later(&rig);
    let op = state.snapshot();
    drop(state);
    assert!(later.run_one());
    assert_eq!(op.wait().unwrap_err().kind(), ErrorKind::Aborted);
    assert!(snapshots(&rig).is_empty());
    rig.open(false).unwrap();
}
