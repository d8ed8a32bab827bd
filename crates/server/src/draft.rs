//! What the commands of a transaction have made of the keys so far. Nobody else sees it.

use std::collections::HashMap;

use forebay::{Modified, Op, Stamp, WallTime};
use forebay_store::sync::Mutex;

use crate::keyspace::Change;
use crate::octets::Octets;
use crate::record::Record;

/// Keys and values as a transaction has them, which commands use in the place of the cache. Everything is
/// answered at once.
#[derive(Debug, Default)]
pub(crate) struct Draft(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    records: HashMap<Octets, Drafted>,
    /// Keys that a command wanted to see and that nobody had looked at.
    missed: Vec<Octets>,
}

#[derive(Debug)]
struct Drafted {
    record: Option<Record>,
    is_written: bool,
}

impl Draft {
    /// The cache has this.
    pub(crate) fn note(&self, key: Octets, record: Option<Record>) {
        self.0.lock().records.insert(key, Drafted { record, is_written: false });
    }

    /// Keys that were missed since this was last asked.
    pub(crate) fn missed(&self) -> Vec<Octets> {
        std::mem::take(&mut self.0.lock().missed)
    }

    /// Everything that was written.
    pub(crate) fn into_written(self) -> impl Iterator<Item = (Octets, Option<Record>)> {
        let records = self.0.into_inner().records.into_iter();
        records
            .filter(|(_, drafted)| drafted.is_written)
            .map(|(key, drafted)| (key, drafted.record))
    }

    pub(crate) fn get(&self, key: &Octets, now: WallTime) -> Option<Record> {
        let mut state = self.0.lock();
        let Some(drafted) = state.records.get(key) else {
            state.missed.push(key.clone());
            return None;
        };
        drafted.record.clone().filter(|record| !record.is_expired(now))
    }

    pub(crate) fn put(&self, key: Octets, record: Option<Record>) {
        self.0.lock().records.insert(key, Drafted { record, is_written: true });
    }

    pub(crate) fn put_all(&self, records: Vec<(Octets, Record)>) {
        for (key, record) in records {
            self.put(key, Some(record));
        }
    }

    pub(crate) fn modify<R>(
        &self,
        key: Octets,
        now: WallTime,
        change: impl FnOnce(Option<&Record>, Stamp) -> (Change, R),
    ) -> Op<Modified<R>> {
        let before = self.get(&key, now);
        let (change, result) = change(before.as_ref(), Stamp::default());
        match change {
            Change::Keep => {}
            Change::Put(record) => self.put(key, Some(record)),
            Change::Delete => self.put(key, None),
        }
        Op::ready(Modified { result, receipt: None })
    }
}
