//! A state of numbers, and what its journal has.

use std::collections::VecDeque;

use forebay_state_derive::State;
use forebay_store::seam::{Job, Spawn};
use forebay_store::sync::Mutex;
use serde::Serialize;

use crate::key::Key;
use crate::record::BodyWriter;
use crate::revision::Revision;
use crate::table::Table;
use crate::tables::Tables;
use crate::value::Dictionary;

#[derive(State, Clone)]
#[state(crate = crate)]
pub(super) struct Numbers {
    #[table(id = 1)]
    pub(super) numbers: Table<u64, u64>,
}

/// Keeps jobs until somebody does them.
#[derive(Default)]
pub(super) struct Later(pub(super) Mutex<VecDeque<Job>>);

impl Spawn for Later {
    fn run(&self, job: Job) {
        self.0.lock().push_back(job);
    }
}

/// The body of a transaction that puts these.
pub(super) fn puts<V: Serialize>(entries: impl ExactSizeIterator<Item = (u64, V)>) -> Vec<u8> {
    puts_by(entries)
}

/// The same, with keys of any kind.
pub(super) fn puts_by<K: Key, V: Serialize>(
    entries: impl ExactSizeIterator<Item = (K, V)>,
) -> Vec<u8> {
    let (mut bytes, mut dictionary) = (Vec::new(), Dictionary::new());
    let mut body = BodyWriter::new(&mut bytes, &mut dictionary);
    let table = Numbers::CATALOG.tables().first().expect("there is one");
    body.group(table, entries.len() as u64);
    entries.for_each(|(key, value)| body.put(&key, &value).unwrap());
    bytes
}

pub(super) fn revision(number: u64) -> Revision {
    Revision(Revision::begin(1).0 + number)
}
