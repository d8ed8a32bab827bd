//! How a journal is read: by whom, how far ahead, and how often.

mod behind;
mod counted;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use forebay_store::seam::manual::{InlineSpawn, ManualClock};
use forebay_store::seam::{Job, Spawn, ThreadPool};
use forebay_store::{Durability, Error};

use self::counted::{Counted, Tally};
use super::ahead::Ahead;
use super::window::{Piece, Window};
use super::{Known, Log, read_identity};
use crate::disk::simulated::SimulatedDisk;
use crate::disk::{Directories, Directory};
use crate::format::BLOCK_BYTES;
use crate::{Frame, Journal, Settings};

/// Jobs that wait until somebody lets them run.
#[derive(Default)]
struct Waiting(Mutex<Vec<Job>>);

impl Spawn for Waiting {
    fn run(&self, job: Job) {
        self.0.lock().unwrap().push(job);
    }
}

/// Jobs that panic as soon as they read.
struct Unlucky(Arc<Tally>);

impl Spawn for Unlucky {
    fn run(&self, job: Job) {
        self.0.is_broken.store(true, Ordering::SeqCst);
        InlineSpawn.run(job);
        self.0.is_broken.store(false, Ordering::SeqCst);
    }
}

const RECORD: usize = 300_000;
const RECORDS: u64 = 70;
/// So many are synced in any case.
const SYNCED: u64 = 59;
fn settings() -> Settings {
    let seams = ManualClock::new().seams(7);
    Settings { segment_bytes: 8 << 20, bytes_max: 1 << 30, seams, ..Settings::default() }
}

/// A journal of several segments whose owner was killed; the last records are synced or not.
fn journal(last: Durability) -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    let (journal, _) = Journal::open(disk.directory("a"), settings(), |_, _| Ok(())).unwrap();
    for number in 1..=RECORDS {
        let mut record = vec![7; RECORD];
        record[..8].copy_from_slice(&number.to_le_bytes());
        let frame = Frame::of(&record).unwrap();
        journal.make_room(frame.length()).unwrap();
        journal.append(&frame).unwrap();
        journal.wait(number, if number <= SYNCED { Durability::Synced } else { last }).unwrap();
    }
    drop(journal);
    disk.kill();
    disk
}

fn log(directory: Arc<dyn Directory>, spawn: Option<Arc<dyn Spawn>>) -> Log {
    let directories = Directories::from(directory);
    let Known { identity, slot, .. } = read_identity(&directories).unwrap().unwrap();
    let log = Log::new(directories, identity, slot);
    match spawn {
        Some(spawn) => log.with_help(spawn),
        None => log,
    }
}

/// Reads all, and checks that every record comes once, in order, as it was written.
fn read(log: &mut Log) {
    let mut due = 1_u64;
    log.read(&mut |number, record| {
        assert_eq!((number, record.len()), (due, RECORD));
        assert_eq!(record[..8], due.to_le_bytes());
        due += 1;
        Ok(())
    })
    .unwrap();
    assert_eq!(due, RECORDS + 1);
}

#[test]
fn records_come_in_order_whoever_reads_them() {
    let disk = journal(Durability::Synced);
    let helpers: [Option<Arc<dyn Spawn>>; 4] = [
        None,
        Some(Arc::new(InlineSpawn)),
        Some(Arc::new(Waiting::default())),
        Some(Arc::new(ThreadPool::new(1))),
    ];
    for spawn in helpers {
        read(&mut log(disk.directory("a"), spawn));
    }
}

#[test]
fn a_helper_reads_ahead_and_no_further_than_it_may() {
    let disk = journal(Durability::Synced);
    let (directory, tally) = Counted::of(&disk);
    let mut log = log(directory, Some(Arc::new(InlineSpawn)));
    let (mut used, mut furthest) = (0, 0);
    log.read(&mut |_, record| {
        let ahead = tally.read().saturating_sub(used);
        furthest = furthest.max(ahead);
        used += record.len() as u64;
        Ok(())
    })
    .unwrap();
    let most = (Ahead::BYTES + 4 * (Piece::LENGTH + RECORD)) as u64;
    assert!(furthest > Ahead::BYTES as u64 / 2, "{furthest} bytes: that is hardly ahead");
    assert!(furthest < most, "{furthest} bytes ahead, and {most} are the most");
}

#[test]
fn a_helper_that_comes_when_all_is_over_touches_nothing() {
    let disk = journal(Durability::Synced);
    for stops_early in [false, true] {
        let (directory, tally) = Counted::of(&disk);
        let waiting = Arc::new(Waiting::default());
        let mut log = log(directory, Some(Arc::clone(&waiting) as Arc<dyn Spawn>));
        let result = log.read(&mut |number, _| match number {
            5 if stops_early => Err(Error::refused("enough")),
            _ => Ok(()),
        });
        assert_eq!(result.is_err(), stops_early);
        let before = tally.read();
        let jobs = std::mem::take(&mut *waiting.0.lock().unwrap());
        assert_eq!(jobs.len(), 1, "one is called, and no other before it has come");
        for job in jobs {
            job();
        }
        assert_eq!(tally.read(), before);
    }
}

#[test]
fn a_helper_that_panics_takes_no_record_with_it() {
    let disk = journal(Durability::Synced);
    let (directory, tally) = Counted::of(&disk);
    read(&mut log(directory, Some(Arc::new(Unlucky(tally)))));
}

#[test]
fn no_byte_is_read_twice_on_the_way_through_a_segment() {
    let disk = journal(Durability::Synced);
    let (directory, tally) = Counted::of(&disk);
    let mut log = log(directory, None);
    let in_the_first_segment = 25;
    log.read(&mut |number, record| {
        let passed = (number - 1) * (record.len() + BLOCK_BYTES) as u64;
        let most = passed + (Piece::LENGTH + RECORD + 8 * BLOCK_BYTES) as u64;
        let read = tally.read();
        assert!(number > in_the_first_segment || read <= most, "{read} bytes for record {number}");
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_frame_longer_than_a_piece_is_read_once() {
    let disk = SimulatedDisk::new(1);
    let (directory, tally) = Counted::of(&disk);
    let length = 5 * Piece::LENGTH;
    let file = directory.create("x").unwrap();
    file.write_at(&vec![1; length], 0).unwrap();
    let file = directory.open("x", false).unwrap();
    let mut window = Window::new(file, length as u64);
    assert_eq!(window.bytes(0, 40).unwrap().len(), 40);
    assert_eq!(window.bytes(40, length - 40).unwrap().len(), length - 40);
    assert_eq!(tally.read(), length as u64);
}

#[test]
fn what_was_read_may_be_forgotten_but_not_the_piece_that_is_being_read() {
    let disk = SimulatedDisk::new(1);
    let (directory, tally) = Counted::of(&disk);
    let length = 3 * Piece::LENGTH;
    let file = directory.create("x").unwrap();
    file.write_at(&vec![1; length], 0).unwrap();
    let mut window = Window::new(directory.open("x", false).unwrap(), length as u64);
    window.bytes(0, Piece::LENGTH).unwrap();
    window.bytes(Piece::LENGTH as u64 - 1, 2).unwrap();
    assert_eq!(tally.forgotten(), 0);
    let next = Piece::LENGTH as u64 + 1;
    window.begin(next);
    window.bytes(next, 1).unwrap();
    assert_eq!(tally.forgotten(), next);
}

#[test]
fn what_is_to_be_written_again_is_what_was_read() {
    let disk = journal(Durability::Journaled);
    let mut log = log(disk.directory("a"), None);
    read(&mut log);
    assert_eq!((log.unproven.first(), log.unproven.records()), (SYNCED + 1, RECORDS - SYNCED));
    let bytes = std::mem::take(&mut log.unproven).into_bytes();
    let found: Vec<_> = super::frames(&bytes).map(|header| header.first).collect();
    assert_eq!(found, (SYNCED + 1..=RECORDS).collect::<Vec<_>>());
}

#[test]
fn what_reads_otherwise_the_second_time_is_an_error() {
    let disk = journal(Durability::Journaled);
    let mut log = log(disk.directory("a"), None);
    log.scan(&mut |_, _| Ok(())).unwrap();
    let name = crate::format::segment::name(log.held);
    let bytes = disk.read_live("a", &name).unwrap();
    // The last record's first byte, which tells it from all others.
    let at = bytes
        .windows(9)
        .rposition(|nine| nine[..8] == RECORDS.to_le_bytes() && nine[8] == 7)
        .unwrap();
    assert!(disk.flip_bit("a", &name, at as u64 * 8));
    assert!(log.unproven.fetch(&disk.directory("a").into()).is_err());
}
