//! The modes of a cache: what each means for reads and writes is read from the document.

use std::sync::Arc;

use forebay_cache::{Builder, Event, Mode, Settings, Write};
use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::sync::Mutex;
use forebay_store::{Durability, ErrorKind, Op, Postcard};

use crate::rig::{HOUR, Rig, SECOND, answered};

const BEHIND: Write = Write::Behind(Durability::Memory);

type Changes = Arc<Mutex<Vec<(Mode, Mode)>>>;

fn listening(
    changes: &Changes,
) -> impl FnOnce(Builder<&'static str, u64>) -> Builder<&'static str, u64> + '_ {
    move |builder| {
        let changes = Arc::clone(changes);
        builder.write_behind(Settings::default()).listen(move |event| {
            if let Event::ModeChanged { from, to } = event {
                changes.lock().push((*from, *to));
            }
        })
    }
}

/// The rows of the document, without the first two of each.
fn table() -> Vec<Vec<String>> {
    let text = include_str!("../../../../docs/modes.md");
    let rows = text.lines().filter(|line| line.starts_with("| ")).skip(1);
    let cells = |line: &str| {
        line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()
    };
    rows.map(cells).collect()
}

/// What became of it, in the word of the document.
fn word<T>(op: Op<T>, well: &'static str) -> &'static str {
    match answered(op).map_err(|error| error.kind()) {
        Ok(_) => well,
        Err(ErrorKind::Busy) => "busy",
        Err(ErrorKind::Unavailable) => "unavailable",
        Err(_) => "something else",
    }
}

#[test]
fn each_mode_does_what_the_document_says() {
    let rows = table();
    let names: Vec<_> = rows.iter().map(|row| row[0].clone()).collect();
    assert_eq!(names, Mode::ALL.map(|mode| mode.to_string()));
    for (mode, row) in Mode::ALL.into_iter().zip(rows) {
        let disk = SimulatedDisk::new(1);
        let journal = |it: Builder<u64, u64>| {
            it.write_behind(Settings::default()).journal_in(
                disk.directory("journal"),
                JournalSettings::default(),
                Postcard,
            )
        };
        let rig = Rig::<u64>::open(journal);
        answered(rig.cache.put(1, 1)).unwrap();
        rig.cache.drill(mode, HOUR).unwrap();
        assert_eq!(rig.cache.mode(), mode);
        assert_eq!((rig.cache.stats().mode, rig.cache.stats().is_drill), (mode, true));
        let seen = [
            word(rig.cache.get(&1), "served"),
            word(rig.cache.get(&2), "loaded"),
            word(rig.cache.put(3, 3), "taken"),
            word(rig.cache.put_with(4, 4, Write::Through), "stored"),
        ];
        let first = |cell: &String| cell.split([' ', ',', ';', ':']).next().unwrap().to_owned();
        let said: Vec<_> = row[3..].iter().map(first).collect();
        assert_eq!(said, seen, "{mode}");
        rig.clock.advance(HOUR + 2 * SECOND);
        assert_eq!((rig.cache.mode(), rig.cache.stats().is_drill), (Mode::Healthy, false));
        answered(rig.cache.put(3, 3)).unwrap();
        answered(rig.cache.put_with(4, 4, Write::Through)).unwrap();
        assert_eq!(answered(rig.cache.get(&2)).unwrap(), None);
    }
}

#[test]
fn a_store_that_goes_and_comes_back_is_told_once_each() {
    let changes = Changes::default();
    let rig = Rig::open(listening(&changes));
    assert_eq!(rig.cache.mode(), Mode::Healthy);
    rig.script.go_down();
    answered(rig.cache.put_with("a", 1, BEHIND)).unwrap();
    for key in ["b", "c", "d", "e"] {
        answered(rig.cache.put_with(key, 1, BEHIND)).unwrap();
        rig.clock.advance(SECOND);
    }
    assert_eq!(rig.cache.mode(), Mode::StoreDown);
    assert_eq!(*changes.lock(), [(Mode::Healthy, Mode::StoreDown)]);
    rig.script.come_back();
    rig.clock.advance(5 * SECOND);
    assert_eq!(rig.cache.mode(), Mode::Healthy);
    assert_eq!(
        *changes.lock(),
        [(Mode::Healthy, Mode::StoreDown), (Mode::StoreDown, Mode::Healthy)]
    );
    assert_eq!(rig.cache.dirty_count(), 0);
}

#[test]
fn a_drill_of_a_journal_needs_one() {
    let rig = Rig::<u64>::behind();
    let cache = &rig.cache;
    for mode in [Mode::JournalFilling, Mode::JournalFull, Mode::JournalFailed] {
        assert_eq!(cache.drill(mode, SECOND).unwrap_err().kind(), ErrorKind::Invalid);
    }
    assert_eq!(cache.mode(), Mode::Healthy);
}
