//! A state in a folder that goes with it, and the tool as a process.
//!
//! This crate knows of states by the facade alone, derives included.
#![expect(clippy::disallowed_methods, reason = "the tests break real files")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use forebay::state::key::Key;
use forebay::state::{Columns, HashTable, State, Table};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::journal::rig::{Answer, run};

#[derive(Key, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Id(pub(super) u32);

#[derive(Columns, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) age: Option<u8>,
}

#[derive(State, Clone)]
#[state(name = "town")]
pub(super) struct Town {
    #[table(id = 1)]
    #[index(by_name = name)]
    pub(super) people: Table<Id, Person>,
    #[table(id = 7, version = 2)]
    pub(super) visits: HashTable<(String, u8), u64>,
}

/// The folder of a state.
pub(super) struct Rig {
    folder: TempDir,
}

impl Rig {
    pub(super) fn empty() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    /// A state that is open: with a snapshot, and something behind it.
    pub(super) fn open() -> (Self, State<Town>) {
        let rig = Self::empty();
        let town = State::<Town>::open(rig.path()).expect("a new state");
        put(&town, 1, "Ada");
        town.snapshot().wait().expect("a snapshot");
        put(&town, 2, "Alan");
        town.write(|tx| tx.visits.put(("x".into(), 3), 5)).expect("written");
        (rig, town)
    }

    /// One that was closed.
    pub(super) fn closed() -> Self {
        let (rig, town) = Self::open();
        town.close().wait().expect("closed");
        rig
    }

    pub(super) fn path(&self) -> PathBuf {
        self.at("town.state")
    }

    /// Another path in the folder.
    pub(super) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a task on the state, which nobody has open: nothing may have changed in it then.
    pub(super) fn run(&self, task: &str, flags: &[&str]) -> Answer {
        let before = contents(&self.path());
        let answer = self.run_beside(task, flags);
        assert!(contents(&self.path()) == before, "{task} has changed the state");
        answer
    }

    /// The same beside an owner.
    pub(super) fn run_beside(&self, task: &str, flags: &[&str]) -> Answer {
        run(&[&["state", task, text(&self.path())], flags].concat())
    }

    /// Changes a bit of the first place in the files of the state that holds `text`.
    pub(super) fn flip(&self, text: &str) {
        let found = contents(&self.path()).into_iter().find_map(|(path, bytes)| {
            let at = bytes.windows(text.len()).position(|it| it == text.as_bytes())?;
            Some((path, bytes, at))
        });
        let (path, mut bytes, at) = found.expect("the text is in a file");
        bytes[at] ^= 1;
        fs::write(path, bytes).expect("written");
    }
}

pub(super) fn put(town: &State<Town>, id: u32, name: &str) {
    let person = Person { name: name.into(), age: None };
    town.write(|tx| tx.people.put(Id(id), person)).expect("written");
}

pub(super) fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

/// The people of a state, which is opened for that.
pub(super) fn people(path: &Path) -> Vec<String> {
    let town = State::<Town>::open(path).expect("it opens");
    town.read().people.iter().map(|(_, person)| person.name.clone()).collect()
}

/// Every file in a folder, and in those in it.
fn contents(path: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let Ok(entries) = fs::read_dir(path) else { return BTreeMap::new() };
    let mut found = BTreeMap::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            found.append(&mut contents(&path));
        } else {
            let bytes = fs::read(&path).expect("a file");
            found.insert(path, bytes);
        }
    }
    found
}

pub(super) fn write(path: &Path, bytes: &str) {
    fs::write(path, bytes).expect("written");
}

pub(super) fn exists(path: &Path) -> bool {
    path.exists()
}
