//! A snapshot of many blocks comes to the same, whoever makes values of it, and in whatever order.

use std::sync::Arc;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::Mode;
use forebay_state::snapshot::{Compression, SnapshotSettings, parse_name};
use forebay_store::seam::ThreadPool;
use forebay_store::seam::manual::InlineSpawn;
use forebay_store::{Durability, ErrorKind};

use super::notes::{
    Content, Note, Notes, PANICKING, UNREADABLE, builder, content_of, helpers, named, note, open,
    panics,
};

/// More than may be in memory at once.
const NOTES: u64 = 2400;

/// What is written, and how it is stored.
struct Given<F> {
    note: F,
    compression: Compression,
}

/// Writes a state whose snapshot has all, but for the last transaction; with the usual notes, and this one
/// in the middle.
fn write(odd: Option<u64>) -> (SimulatedDisk, Content, String) {
    let number = move |at| odd.filter(|_| at == NOTES / 2).unwrap_or(at);
    let note = move |at| note(number(at));
    Given { note, compression: Compression::None }.write()
}

impl<F: Fn(u64) -> Note> Given<F> {
    fn write(self) -> (SimulatedDisk, Content, String) {
        let disk = SimulatedDisk::new(1);
        let mut settings = SnapshotSettings::default();
        settings.compression = self.compression;
        let state = builder::<Notes>(&disk, Arc::new(InlineSpawn)).snapshots(settings);
        let state = state.open().unwrap();
        let mut content = Content::default();
        for at in (0..NOTES).step_by(50) {
            let written = state.write_at(Durability::Journaled, |tx| {
                for at in at..at + 50 {
                    tx.named.put(named(at), (self.note)(at))?;
                    content.named.insert(named(at), (self.note)(at));
                    if at % 8 == 0 {
                        tx.numbered.put(at, note(at))?;
                        content.numbered.insert(at, note(at));
                    }
                }
                Ok(())
            });
            written.unwrap();
        }
        let report = state.snapshot().wait().unwrap();
        assert!(report.totals.blocks > 20, "{report:?}");
        state.write_at(Durability::Synced, |tx| tx.named.put(named(0), note(7))).unwrap();
        content.named.insert(named(0), note(7));
        drop(state);
        disk.kill();
        let names = disk.files("s");
        let name = names.into_iter().find(|name| parse_name(name).is_some()).unwrap();
        (disk, content, name)
    }
}

fn copy(disk: &SimulatedDisk) -> SimulatedDisk {
    let disk = disk.copy();
    disk.kill();
    disk
}

fn same(disk: &SimulatedDisk, expected: &Content) {
    for spawn in helpers() {
        let state = open(&copy(disk), spawn, Mode::Strict).unwrap();
        assert!(content_of(&state) == *expected, "not all is as it was written");
        assert_eq!(state.report().transactions, 1, "the others are in the snapshot");
    }
}

#[test]
fn many_blocks_come_to_the_same_with_and_without_helpers() {
    let (disk, content, _) = write(None);
    same(&disk, &content);
}

#[test]
fn a_type_that_panics_under_a_helper_is_read_by_who_opens() {
    let (disk, content, _) = write(Some(PANICKING[1]));
    same(&disk, &content);
    assert!(panics(1) > 0, "no helper has read it");
}

#[test]
fn long_values_among_short_ones_come_to_the_same_with_and_without_helpers() {
    let is_long = |at| [0, 7, 8, 900, 901, 902, 1700, NOTES - 1].contains(&at);
    let note = |at: u64| {
        if is_long(at) {
            let times = if at.is_multiple_of(2) { 1 } else { 2 };
            Note { text: "l".repeat((700 << 10) * times), ..note(at) }
        } else {
            note(at)
        }
    };
    let (disk, content, _) = Given { note, compression: Compression::None }.write();
    same(&disk, &content);
}

#[test]
fn an_unreadable_value_in_a_block_is_set_aside_and_the_others_are_there() {
    let (disk, mut content, _) = write(Some(UNREADABLE));
    content.named.remove(&named(NOTES / 2));
    for spawn in helpers() {
        let error = open(&copy(&disk), spawn, Mode::Strict).map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
        assert!(error.to_string().contains("unlucky"), "{error}");
    }
    // Such an opening waits for its snapshot, so somebody has to make that.
    let state = open(&copy(&disk), Arc::new(ThreadPool::new(2)), Mode::Recover).unwrap();
    assert!(content_of(&state) == content, "the others are there");
    assert_eq!(state.read().quarantine().len(), 1);
}

#[cfg(feature = "lz4")]
#[test]
fn compressed_blocks_come_to_the_same_and_damage_within_one_is_told_by_all() {
    let note = |at: u64| Note { text: format!("{at} ").repeat(400), ..note(at) };
    let (disk, content, name) = Given { note, compression: Compression::Lz4 }.write();
    same(&disk, &content);
    let length = disk.read_live("s", &name).unwrap().len() as u64;
    assert!(length < 3 << 20, "{length} bytes: they are shorter than they were");
    for part in 2..14 {
        let disk = copy(&disk);
        assert!(disk.flip_bit("s", &name, length / 16 * part * 8));
        let told = told(&disk);
        assert!(told.contains("its checksum does not match"), "{told}");
    }
}

/// Why nobody can open it: all say the same.
fn told(disk: &SimulatedDisk) -> String {
    let mut told = helpers().into_iter().map(|spawn| {
        let error = open(&copy(disk), spawn, Mode::Strict).map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        error.to_string()
    });
    let alone = told.next().unwrap();
    assert!(told.all(|told| told == alone), "{alone}");
    alone
}

#[test]
fn of_several_damaged_blocks_the_first_is_told_whoever_finds_which() {
    let (disk, _, name) = write(None);
    let length = disk.read_live("s", &name).unwrap().len() as u64;
    for (first, second) in [(3, 4), (5, 14)] {
        let disk = copy(&disk);
        let bits = [first, second].map(|part| length / 16 * part * 8);
        assert!(bits.iter().all(|bit| disk.flip_bit("s", &name, *bit)));
        let alone = told(&disk);
        disk.flip_bit("s", &name, bits[1]);
        let error = open(&copy(&disk), Arc::new(InlineSpawn), Mode::Strict).map(drop).unwrap_err();
        assert_eq!(error.to_string(), alone, "it is the first");
        disk.flip_bit("s", &name, bits[0]);
        assert!(open(&copy(&disk), Arc::new(InlineSpawn), Mode::Strict).is_ok());
    }
}
