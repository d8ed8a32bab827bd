//! A state with a history, on a disk that somebody damages.

use std::collections::BTreeMap;

use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::snapshot::parse_name;
use forebay_state::{Home, Lost, Mode, State, Table};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Error, Result};
use serde::{Deserialize, Serialize};

use crate::durable::rig::SEGMENT;

pub(super) const JOURNAL: &str = "s/journal-00000001";

#[derive(State, Clone)]
#[state(name = "diary")]
pub(super) struct Diary {
    #[table(id = 1)]
    pub(super) days: Table<u32, String>,
    #[table(id = 2)]
    pub(super) counts: Table<String, Count>,
}

/// Something with a field, which a reader has to be told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Count {
    days: u32,
}

pub(super) type Days = BTreeMap<u32, String>;

pub(super) fn open(disk: &SimulatedDisk, mode: Mode) -> Result<State<Diary>> {
    let seams = ManualClock::new().seams(disk.steps());
    let journal = JournalSettings { segment_bytes: SEGMENT, ..JournalSettings::default() };
    let home = Home::simulated(disk.clone(), "s");
    State::builder(home).mode(mode).journal(journal).seams(seams).open()
}

/// What day `day` says, in so many bytes and a few.
pub(super) fn day(day: u32, length: usize) -> String {
    format!("day {day}{}", ".".repeat(length))
}

/// Adds these days, each in a transaction of its own that counts them.
pub(super) fn write(state: &State<Diary>, days: std::ops::Range<u32>, length: usize) {
    for number in days {
        state
            .write_at(Durability::Synced, |tx| {
                tx.days.put(number, day(number, length))?;
                tx.counts.put("days".into(), Count { days: number + 1 })
            })
            .unwrap();
    }
}

/// Its owner is gone.
pub(super) fn leave(disk: &SimulatedDisk, state: State<Diary>) {
    drop(state);
    disk.kill();
}

/// A disk with so many days in the journal, and nobody at work.
pub(super) fn in_the_journal(days: u32) -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    // Four owners, so that there are four lives.
    for at in 0..4 {
        let state = open(&disk, Mode::Strict).unwrap();
        write(&state, at * days / 4..(at + 1) * days / 4, 10);
        leave(&disk, state);
    }
    disk
}

pub(super) fn days(state: &State<Diary>) -> Days {
    state.read().days.iter().map(|(day, text)| (*day, text.clone())).collect()
}

/// The days from the first on, of which every transaction is whole.
pub(super) fn prefix(state: &State<Diary>) -> u32 {
    let (view, days) = (state.read(), days(state));
    let count = u32::try_from(days.len()).unwrap();
    assert!(days.into_iter().eq((0..count).map(|number| (number, day(number, 10)))));
    assert_eq!(view.counts.get("days").map_or(0, |count| count.days), count);
    count
}

/// The state is refused, twice with the same words, and nothing has changed.
pub(super) fn refused(disk: &SimulatedDisk) -> Error {
    let before = files(disk);
    let [first, second] = [(); 2].map(|()| open(disk, Mode::Strict).map(drop).unwrap_err());
    assert_eq!(first.to_string(), second.to_string());
    assert!(files(disk) == before, "it was refused, and changed: {first}");
    first
}

/// All files but the locks.
pub(super) fn files(disk: &SimulatedDisk) -> BTreeMap<String, Vec<u8>> {
    let all = ["s", JOURNAL].into_iter().flat_map(|directory| {
        let names = disk.files(directory).into_iter().filter(|name| name != "LOCK");
        names.map(move |name| (directory, name))
    });
    all.map(|(directory, name)| {
        (format!("{directory}/{name}"), disk.read_live(directory, &name).unwrap())
    })
    .collect()
}

/// Everything of the journal is as it was.
pub(super) fn has_kept_the_journal(disk: &SimulatedDisk, before: &BTreeMap<String, Vec<u8>>) {
    let journal = |files: &BTreeMap<String, Vec<u8>>| {
        let own = files.iter().filter(|(name, _)| name.starts_with(JOURNAL));
        own.map(|(name, bytes)| (name.clone(), bytes.clone())).collect::<Vec<_>>()
    };
    assert!(journal(&files(disk)) == journal(before), "the damaged journal has changed");
}

/// Puts a file there.
pub(super) fn put(disk: &SimulatedDisk, directory: &str, name: &str, bytes: &[u8]) {
    let directory = disk.directory(directory);
    drop(directory.remove(name));
    let file = directory.create(name).unwrap();
    let mut at = 0;
    while at < bytes.len() {
        at += file.write_at(&bytes[at..], at as u64).unwrap();
    }
    file.sync().unwrap();
    directory.sync().unwrap();
}

pub(super) fn snapshots(disk: &SimulatedDisk) -> Vec<String> {
    disk.files("s").into_iter().filter(|name| parse_name(name).is_some()).collect()
}

/// The newest snapshot: its name and its bytes.
pub(super) fn snapshot(disk: &SimulatedDisk) -> (String, Vec<u8>) {
    let name = snapshots(disk).pop().unwrap();
    let bytes = disk.read_live("s", &name).unwrap();
    (name, bytes)
}

/// What is lost, as words.
pub(super) fn told(state: &State<Diary>) -> Vec<&'static str> {
    let losses = &state.report().losses;
    assert_eq!(losses.count(), losses.told().len() as u64);
    assert!(
        losses.told().iter().all(|lost| state.report().to_string().contains(&lost.to_string()))
    );
    losses
        .told()
        .iter()
        .map(|lost| match lost {
            Lost::Records { .. } => "records",
            Lost::Gap { .. } => "gap",
            Lost::Unread { .. } => "unread",
            Lost::Short { .. } => "short",
            Lost::Journal { .. } => "journal",
            Lost::Entries { .. } => "entries",
            _ => "another",
        })
        .collect()
}

/// Whoever opens it strictly from now on finds `days`, and can go on.
pub(super) fn is_well(disk: &SimulatedDisk, found: &Days) {
    let mut found = found.clone();
    for next in 0..3_u32 {
        disk.power_cut();
        let state = open(disk, Mode::Strict).unwrap();
        assert_eq!(days(&state), found);
        assert!(!state.report().has_loss());
        let number = 1_000_000 + next;
        state.write_at(Durability::Synced, |tx| tx.days.put(number, "after".into())).unwrap();
        found.insert(number, "after".into());
        if next == 1 {
            state.snapshot().wait().unwrap();
        }
        leave(disk, state);
    }
    let verified = forebay_state::verify(&Home::simulated(disk.clone(), "s"), |_| Ok(())).unwrap();
    assert!(matches!(verified.verdict, forebay_state::Verdict::Good));
}
