//! A small journal at rest, and what opening it gives once it has been damaged.

use std::collections::BTreeMap;

use forebay_journal::disk::simulated::{Ending, SimulatedDisk};
use forebay_journal::format::segment;
use forebay_journal::{Damage, Journal, Recovery};
use forebay_store::{Durability, ErrorKind, Result};

use super::rig::{Rig, SEGMENT};

type Records = Vec<(u64, Vec<u8>)>;

/// A journal whose owner has ended.
pub(crate) struct AtRest {
    pub(crate) rig: Rig,
    pub(crate) records: Records,
}

/// What came of opening it.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Every record.
    Whole,
    /// An error that says where.
    Refused,
    /// The first records without an error.
    Fewer(u64, Recovery),
}

impl AtRest {
    /// Frames of records of these lengths, in groups, each synced by itself.
    pub(crate) fn new(groups: &[&[&[usize]]]) -> Self {
        let mut rig = Rig::new(0);
        rig.place = "a small journal".into();
        rig.open().unwrap();
        for group in groups {
            for frame in *group {
                rig.append(frame).unwrap();
            }
            let last = rig.model.last();
            rig.wait(last, Durability::Synced).unwrap();
        }
        Self::of(rig)
    }

    /// The journal of a history; it is open.
    pub(crate) fn of(rig: Rig) -> Self {
        Self { rig, records: Vec::new() }
    }

    /// Its owner closes it.
    pub(crate) fn close(mut self) -> Self {
        self.rig.close().unwrap();
        self.end()
    }

    /// Its owner is killed.
    pub(crate) fn end(mut self) -> Self {
        self.rig.end(Ending::Kill);
        let disk = self.rig.disk.copy();
        disk.kill();
        self.records = self.open(&disk).unwrap().0;
        let last = self.rig.model.last();
        assert_eq!(self.records.last().map_or(last, |(last, _)| *last), last);
        self
    }

    /// The names of its files.
    pub(crate) fn names(&self) -> Vec<String> {
        let names = self.rig.disk.files("a").into_iter();
        names.filter(|name| name == "journal" || is_segment(name)).collect()
    }

    /// The bytes of a file.
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        self.rig.disk.read_live("a", name).unwrap()
    }

    /// Opens a damaged copy. Nothing wrong may come of it; says what did.
    pub(crate) fn damaged(&self, what: &str, damage: impl FnOnce(&SimulatedDisk)) -> Outcome {
        let disk = self.rig.disk.copy();
        disk.kill();
        damage(&disk);
        let before = contents(&disk);
        match self.open(&disk) {
            Ok((found, recovery)) => {
                let is_beginning = self.records.starts_with(&found);
                assert!(is_beginning, "{what}: what it gives was never there: {recovery:?}");
                if found.len() == self.records.len() {
                    return Outcome::Whole;
                }
                Outcome::Fewer(found.len() as u64, recovery)
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Corrupt, "{what}: {error}");
                let cause = std::error::Error::source(&error).unwrap();
                assert!(cause.is::<Damage>(), "{what}: {error}");
                assert!(contents(&disk) == before, "{what}: it was refused, and changed");
                Outcome::Refused
            }
        }
    }

    fn open(&self, disk: &SimulatedDisk) -> Result<(Records, Recovery)> {
        let mut found = Vec::new();
        let opened = Journal::open(disk.directory("a"), self.rig.settings(), |number, record| {
            found.push((number, record.to_vec()));
            Ok(())
        });
        opened.map(|(_, recovery)| (found, recovery))
    }
}

pub(crate) fn is_segment(name: &str) -> bool {
    segment::number(name).is_some()
}

/// Everything but the lock.
fn contents(disk: &SimulatedDisk) -> BTreeMap<String, Vec<u8>> {
    let names = disk.files("a").into_iter().filter(|name| name != "LOCK");
    names.map(|name| (name.clone(), disk.read_live("a", &name).unwrap())).collect()
}

/// The bits that say something: all in pieces of 32 bytes which are not all zero, and some others.
pub(crate) fn telling_bits(bytes: &[u8]) -> impl Iterator<Item = u64> {
    let pieces = bytes.chunks(32).enumerate();
    pieces.flat_map(|(at, piece)| {
        let is_used = piece.iter().any(|byte| *byte != 0);
        let first = at as u64 * 256;
        let step = if is_used { 1 } else { 99 };
        let sampled = is_used || at % 64 == 3;
        (first..first + 256).step_by(step).filter(move |_| sampled)
    })
}

/// Lengths that a file may be cut to: all near the ends of what says something, and some others.
pub(crate) fn telling_lengths(bytes: &[u8]) -> Vec<u64> {
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last as u64 + 1);
    let length = bytes.len() as u64;
    let near = |at: u64| at.saturating_sub(5)..(at + 5).min(length);
    let ends = [0, 4096, 8192, used, SEGMENT];
    let mut lengths: Vec<u64> = ends.into_iter().flat_map(near).filter(|at| *at < length).collect();
    lengths.extend((0..length).step_by(1499));
    lengths
}
