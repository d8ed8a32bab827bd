//! What the commands of a transaction have made of the keys so far. Nobody else sees it.

use std::collections::HashMap;

use forebay::{Modified, Op, Stamp, WallTime};
use forebay_store::sync::Mutex;

use crate::keyspace::Change;
use crate::octets::Octets;
use crate::record::Record;

/// Keys and values as a transaction has them, which commands use in the place of the cache. Everything is
/// answered at once.
#[derive(Debug)]
pub(crate) struct Draft {
    /// The time for all commands: what is over for one is over for those behind it, and no sooner.
    pub(crate) now: WallTime,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    records: HashMap<Octets, Drafted>,
    /// The bytes of the keys and values that are to be written.
    held: u64,
    /// The same of all that commands have made, also if another one has made something else of it: that takes time.
    made: u64,
    /// Keys that a command wanted to see and that nobody had looked at.
    missed: Vec<Octets>,
}

#[derive(Debug)]
struct Drafted {
    record: Option<Record>,
    is_written: bool,
}

impl Drafted {
    /// What it takes, if it is to be written.
    fn bytes(&self, key: &Octets) -> u64 {
        let data = self.record.as_ref().map_or(0, |record| record.data.len());
        if self.is_written { (key.len() + data) as u64 } else { 0 }
    }
}

impl Draft {
    /// How many times as much commands may make as may be held.
    const MADE_TIMES: u64 = 4;

    /// A draft of nothing, in which it is `now`.
    pub(crate) fn new(now: WallTime) -> Self {
        Self { now, state: Mutex::default() }
    }

    /// Whether commands have made more of it than is to be waited for, if at most `max` bytes may be held.
    pub(crate) fn exceeds(&self, max: u64) -> bool {
        let state = self.state.lock();
        state.held > max || state.made > max.saturating_mul(Self::MADE_TIMES)
    }

    /// The cache has this.
    pub(crate) fn note(&self, key: Octets, record: Option<Record>) {
        self.state.lock().records.insert(key, Drafted { record, is_written: false });
    }

    /// Keys that were missed since this was last asked.
    pub(crate) fn missed(&self) -> Vec<Octets> {
        std::mem::take(&mut self.state.lock().missed)
    }

    /// Everything that was written.
    pub(crate) fn into_written(self) -> impl Iterator<Item = (Octets, Option<Record>)> {
        let records = self.state.into_inner().records.into_iter();
        records
            .filter(|(_, drafted)| drafted.is_written)
            .map(|(key, drafted)| (key, drafted.record))
    }

    pub(crate) fn get(&self, key: &Octets) -> Option<Record> {
        let mut state = self.state.lock();
        let Some(drafted) = state.records.get(key) else {
            state.missed.push(key.clone());
            return None;
        };
        drafted.record.clone().filter(|record| !record.is_expired(self.now))
    }

    pub(crate) fn put(&self, key: Octets, record: Option<Record>) {
        let drafted = Drafted { record, is_written: true };
        let bytes = drafted.bytes(&key);
        let mut state = self.state.lock();
        let before = state.records.get(&key).map_or(0, |before| before.bytes(&key));
        state.held = state.held.saturating_sub(before).saturating_add(bytes);
        state.made = state.made.saturating_add(bytes);
        state.records.insert(key, drafted);
    }

    pub(crate) fn put_all(&self, records: Vec<(Octets, Record)>) {
        for (key, record) in records {
            self.put(key, Some(record));
        }
    }

    pub(crate) fn modify<R>(
        &self,
        key: Octets,
        change: impl FnOnce(Option<&Record>, Stamp) -> (Change, R),
    ) -> Op<Modified<R>> {
        let before = self.get(&key);
        let (change, result) = change(before.as_ref(), Stamp::default());
        match change {
            Change::Keep => {}
            Change::Put(record) => self.put(key, Some(record)),
            Change::Delete => self.put(key, None),
        }
        Op::ready(Modified { result, receipt: None })
    }
}
