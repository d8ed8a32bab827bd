//! A state of notes, some of which cannot be read by everybody, and who may help to open it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Builder, HashTable, Home, Mode, State, Table, Tables};
use forebay_store::seam::manual::{InlineSpawn, ManualClock};
use forebay_store::seam::{Job, Spawn, ThreadPool};
use forebay_store::{Result, Seams};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// A value with this number cannot be read.
pub(super) const UNREADABLE: u64 = 1_000_013;
/// To read a value with one of these numbers panics, but on the thread of a test.
pub(super) const PANICKING: [u64; 2] = [1_000_666, 1_000_667];

/// How often each of these has panicked.
static PANICS: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Note {
    pub(super) number: Number,
    pub(super) text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub(super) struct Number(pub(super) u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(deserializer)?;
        let is_helper = thread::current().name() == Some("forebay-worker");
        let panicking = PANICKING.iter().position(|panicking| *panicking == number);
        if let Some(at) = panicking.filter(|_| is_helper) {
            PANICS[at].fetch_add(1, Ordering::Relaxed);
            panic!("it is read by a helper");
        }
        if number == UNREADABLE { Err(D::Error::custom("unlucky")) } else { Ok(Self(number)) }
    }
}

#[derive(State, Clone)]
pub(super) struct Notes {
    #[table(id = 1)]
    pub(super) named: Table<String, Note>,
    #[table(id = 2)]
    pub(super) numbered: HashTable<u64, Note>,
}

/// What is to be there.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Content {
    pub(super) named: BTreeMap<String, Note>,
    pub(super) numbered: BTreeMap<u64, Note>,
}

/// Keeps jobs, and never does them.
#[derive(Default)]
struct Never(Mutex<Vec<Job>>);

impl Spawn for Never {
    fn run(&self, job: Job) {
        self.0.lock().unwrap().push(job);
    }
}

/// Does jobs at once, on threads of its own: everything that a helper may do it does.
struct Elsewhere(ThreadPool);

impl Spawn for Elsewhere {
    fn run(&self, job: Job) {
        let (over, is_over) = channel::<()>();
        self.0.run(Box::new(move || {
            let _over = over;
            job();
        }));
        let _ = is_over.recv();
    }
}

/// How often somebody else than the thread of a test has read this one of the values that panic.
pub(super) fn panics(at: usize) -> usize {
    PANICS[at].load(Ordering::Relaxed)
}

pub(super) fn open(
    disk: &SimulatedDisk,
    spawn: Arc<dyn Spawn>,
    mode: Mode,
) -> Result<State<Notes>> {
    builder(disk, spawn).mode(mode).open()
}

pub(super) fn builder<T: Tables>(disk: &SimulatedDisk, spawn: Arc<dyn Spawn>) -> Builder<T> {
    let seams = Seams { spawn, ..ManualClock::new().seams(disk.steps()) };
    State::builder(Home::simulated(disk.clone(), "s")).seams(seams)
}

pub(super) fn helpers() -> [Arc<dyn Spawn>; 5] {
    [
        Arc::new(InlineSpawn),
        Arc::new(Never::default()),
        Arc::new(Elsewhere(ThreadPool::new(16))),
        Arc::new(ThreadPool::new(1)),
        Arc::new(ThreadPool::new(4)),
    ]
}

pub(super) fn note(number: u64) -> Note {
    Note { number: Number(number), text: "n".repeat(2000) }
}

pub(super) fn named(key: u64) -> String {
    format!("the name of {key:05}")
}

pub(super) fn content_of(state: &State<Notes>) -> Content {
    let view = state.read();
    let numbered = view.numbered.iter().map(|(key, note)| (*key, note.clone())).collect();
    let named = view.named.iter().map(|(key, note)| (key.clone(), note.clone())).collect();
    Content { named, numbered }
}
