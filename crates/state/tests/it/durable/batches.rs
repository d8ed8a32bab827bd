//! A journal of many batches comes to the same, whoever makes values of it, and in whatever order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{HashTable, Home, Mode, OpenReport, State, Table};
use forebay_store::seam::manual::{InlineSpawn, ManualClock};
use forebay_store::seam::{Job, Spawn, ThreadPool};
use forebay_store::{Durability, ErrorKind, Result, Seams};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// A value with this number cannot be read.
const UNREADABLE: u64 = 1_000_013;
/// To read a value with this number panics, but on the thread of a test.
const PANICKING: u64 = 1_000_666;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    number: Number,
    text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
struct Number(u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(deserializer)?;
        let is_helper = thread::current().name() == Some("forebay-worker");
        assert!(number != PANICKING || !is_helper, "it is read by a helper");
        if number == UNREADABLE { Err(D::Error::custom("unlucky")) } else { Ok(Self(number)) }
    }
}

#[derive(State, Clone)]
struct Notes {
    #[table(id = 1)]
    named: Table<String, Note>,
    #[table(id = 2)]
    numbered: HashTable<u64, Note>,
}

/// What is to be there.
#[derive(Clone, Debug, Default, PartialEq)]
struct Content {
    named: BTreeMap<String, Note>,
    numbered: BTreeMap<u64, Note>,
}

/// Keeps jobs, and never does them.
#[derive(Default)]
struct Never(Mutex<Vec<Job>>);

impl Spawn for Never {
    fn run(&self, job: Job) {
        self.0.lock().unwrap().push(job);
    }
}

fn open(disk: &SimulatedDisk, spawn: Arc<dyn Spawn>, mode: Mode) -> Result<State<Notes>> {
    let seams = Seams { spawn, ..ManualClock::new().seams(disk.steps()) };
    State::builder(Home::simulated(disk.clone(), "s")).seams(seams).mode(mode).open()
}

fn helpers() -> [Arc<dyn Spawn>; 4] {
    [
        Arc::new(InlineSpawn),
        Arc::new(Never::default()),
        Arc::new(ThreadPool::new(1)),
        Arc::new(ThreadPool::new(4)),
    ]
}

fn note(number: u64) -> Note {
    Note { number: Number(number), text: "n".repeat(2000) }
}

fn named(key: u64) -> String {
    format!("the name of {key:05}")
}

/// Writes several batches, with what `each` puts before transaction number so and so.
fn write(mut each: impl FnMut(u64, &State<Notes>, &mut Content)) -> (SimulatedDisk, Content) {
    let disk = SimulatedDisk::new(1);
    let state = open(&disk, Arc::new(InlineSpawn), Mode::Strict).unwrap();
    let mut content = Content::default();
    for at in 0..1200_u64 {
        each(at, &state, &mut content);
        let written = state.write_at(Durability::Journaled, |tx| {
            for step in 0..4 {
                let number = at * 4 + step;
                // Some come again soon, some much later, some are deleted between.
                let key = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 1500;
                if number % 7 == 3 {
                    tx.named.delete(&named(key));
                    content.named.remove(&named(key));
                } else {
                    tx.named.put(named(key), note(number))?;
                    content.named.insert(named(key), note(number));
                }
                tx.numbered.put(key % 500, note(number))?;
                content.numbered.insert(key % 500, note(number));
            }
            Ok(())
        });
        written.unwrap();
    }
    state.sync().wait().unwrap();
    drop(state);
    disk.kill();
    (disk, content)
}

fn content_of(state: &State<Notes>) -> Content {
    let view = state.read();
    let numbered = view.numbered.iter().map(|(key, note)| (*key, note.clone())).collect();
    let named = view.named.iter().map(|(key, note)| (key.clone(), note.clone())).collect();
    Content { named, numbered }
}

fn counts(report: &OpenReport) -> (u64, u64, u64) {
    (report.transactions, report.changes, report.quarantined.values().sum())
}

fn same(disk: &SimulatedDisk, expected: &Content) {
    let mut counted = None;
    for spawn in helpers() {
        let disk = disk.copy();
        disk.kill();
        let state = open(&disk, spawn, Mode::Strict).unwrap();
        assert!(content_of(&state) == *expected, "not all is as it was written");
        let counts = counts(state.report());
        assert_eq!(*counted.get_or_insert(counts), counts);
        assert!(counts.0 >= 1200 && counts.1 >= 9000, "{counts:?}");
    }
}

#[test]
fn many_batches_come_to_the_same_with_and_without_helpers() {
    let (disk, content) = write(|_, _, _| ());
    same(&disk, &content);
}

#[test]
fn what_has_to_be_done_in_order_is_in_the_middle_of_others() {
    let (disk, content) = write(|at, state, content| {
        if at % 500 == 400 {
            state
                .write_at(Durability::Journaled, |tx| {
                    tx.named.clear();
                    Ok(())
                })
                .unwrap();
            content.named.clear();
        }
    });
    same(&disk, &content);
}

#[test]
fn an_unreadable_value_is_no_loss_once_it_was_replaced() {
    let put = |number, state: &State<Notes>| {
        let name = "the one that matters".to_owned();
        state.write_at(Durability::Journaled, |tx| tx.named.put(name, note(number)))
    };
    let key = || "the one that matters".to_owned();
    let (disk, content) = write(|at, state, content| match at {
        100 => put(UNREADABLE, state).unwrap(),
        900 => {
            put(5, state).unwrap();
            content.named.insert(key(), note(5));
        }
        _ => {}
    });
    same(&disk, &content);

    let (disk, content) = write(|at, state, _| {
        if at == 100 {
            put(UNREADABLE, state).unwrap();
        }
    });
    for spawn in helpers() {
        let disk = disk.copy();
        disk.kill();
        let error = open(&disk, spawn, Mode::Strict).map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
        assert!(error.to_string().contains("unlucky"), "{error}");
        // Such an opening waits for its snapshot, so somebody has to make that.
        let spawn = Arc::new(ThreadPool::new(2));
        let state = open(&disk, spawn, Mode::Recover).unwrap();
        assert!(content_of(&state) == content, "the others are there");
        assert_eq!((state.read().quarantine().len(), counts(state.report()).2), (1, 1));
    }
}

#[test]
fn a_type_that_panics_under_a_helper_is_read_by_who_opens() {
    let key = || "the one that panics".to_owned();
    let (disk, content) = write(|at, state, content| {
        if at == 100 {
            let put = |tx: &mut <Notes as forebay_state::Tables>::Tx<'_>| {
                tx.named.put(key(), note(PANICKING))
            };
            state.write_at(Durability::Journaled, put).unwrap();
            content.named.insert(key(), note(PANICKING));
        }
    });
    same(&disk, &content);
}
