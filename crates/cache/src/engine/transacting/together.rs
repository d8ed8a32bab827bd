//! Writes of one cache that are accepted together: collected here, accepted in `entering.rs`.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use foldhash::fast::RandomState;
use forebay_journal::{Frame, Mark};
use forebay_store::{Error, Key, Moment, Result, Value};

use crate::engine::pressure::{Asker, Permit, Room};
use crate::engine::shared::Shared;
use crate::journal::Id;
use crate::receipt::Receipt;
use crate::table::{Accept, Accepted, Effects, Held};

/// At most one write a key; the cache knows nothing of them until they are entered.
pub(in crate::engine) struct Together<K: Key, V: Value> {
    pub(in crate::engine) shared: Arc<Shared<K, V>>,
    /// In the order of their shards, from `encode` on.
    pub(in crate::engine) writes: Vec<Write<K, V>>,
    /// A write by the hash of its key. Where two share it, it is the last.
    by_hash: HashMap<u64, usize, RandomState>,
    /// Whose they are.
    pub(in crate::engine) asker: Asker,
    /// The most that the writes can need.
    pub(in crate::engine) need: Room,
    pub(in crate::engine) permit: Arc<Permit<K, V>>,
    pub(in crate::engine) is_spent: bool,
    pub(in crate::engine) left: Vec<(usize, Effects<K, V>)>,
    pub(in crate::engine) accepted: Vec<(usize, Accepted)>,
    pub(in crate::engine) receipts: Vec<Receipt>,
    /// Deletes among those that were accepted.
    pub(in crate::engine) deletes: usize,
    /// They go through, in one batch, and need no room among the unstored.
    pub(in crate::engine) is_through: bool,
}

/// One of them.
pub(in crate::engine) struct Write<K, V> {
    pub(in crate::engine) n: usize,
    weight: u32,
    /// Until it is accepted.
    pub(in crate::engine) accept: Option<Accept<K, V>>,
    /// Where its record ends in the frame, and its length.
    pub(in crate::engine) mark: Option<Mark>,
    pub(in crate::engine) length: u64,
}

impl<K: Key, V: Value> Together<K, V> {
    pub(in crate::engine) fn new(shared: &Arc<Shared<K, V>>) -> Self {
        Self {
            shared: Arc::clone(shared),
            writes: Vec::new(),
            by_hash: HashMap::default(),
            asker: Asker::default(),
            need: Room::default(),
            permit: Permit::new(shared),
            is_spent: false,
            left: Vec::new(),
            accepted: Vec::new(),
            receipts: Vec::new(),
            deletes: 0,
            is_through: false,
        }
    }

    /// Adds a put. Of two writes of a key the last one counts.
    pub(in crate::engine) fn put(&mut self, key: K, value: V) -> Result<()> {
        let weight = self.shared.weigh(&key, &value);
        let deadline = self.shared.deadline(&key, &value);
        self.add(key, Held::Value(value), weight, deadline)
    }

    /// Adds a delete.
    pub(in crate::engine) fn delete(&mut self, key: K) -> Result<()> {
        self.add(key, Held::Tombstone, Shared::<K, V>::weigh_absence(), 0)
    }

    /// What it would make of a key, if it writes it.
    pub(in crate::engine) fn held(&self, hash: u64, key: &K) -> Option<&Held<V>> {
        let accept = self.writes.get(self.position(hash, key)?)?.accept.as_ref();
        accept.map(|accept| &accept.held)
    }

    /// Forgets the writes that were collected. Room that it has got is kept.
    pub(in crate::engine) fn clear(&mut self) {
        self.writes.clear();
        self.by_hash.clear();
        self.need = Room::default();
    }

    fn add(&mut self, key: K, held: Held<V>, weight: u32, deadline: u64) -> Result<()> {
        self.check_unspent()?;
        let hash = self.shared.hash(&key);
        let known = self.position(hash, &key);
        let replaced = known.map(|at| Room { bytes: self.writes[at].weight.into(), entries: 1 });
        let mut need = self.need;
        need.add(Room { bytes: weight.into(), entries: 1 });
        need.subtract(replaced.unwrap_or_default());
        self.check_bound(need)?;
        let accept = Accept {
            hash,
            key,
            held,
            weight,
            deadline,
            // When it is accepted is not known yet.
            now: Moment::default(),
            is_over: false,
            expect: None,
            frame: None,
            asker: self.asker,
        };
        let n = self.shared.place(hash);
        let write = Write { n, weight, accept: Some(accept), mark: None, length: 0 };
        if let Some(at) = known {
            self.writes[at] = write;
        } else {
            self.by_hash.insert(hash, self.writes.len());
            self.writes.push(write);
        }
        self.need = need;
        Ok(())
    }

    /// Whether so much can ever go together.
    fn check_bound(&self, need: Room) -> Result<()> {
        let Room { bytes, entries } = need;
        let (writes_max, bytes_max) = self.shared.flusher.pace.group_max();
        if self.is_through && (entries > writes_max as u64 || bytes > bytes_max) {
            let message = format!(
                "{entries} writes together with {bytes} bytes are more than a batch may have"
            );
            return Err(Error::refused(message));
        }
        if !self.is_through && !self.shared.budget.could_hold(need) {
            let message = format!(
                "{entries} writes together with {bytes} bytes are more than may be unstored"
            );
            return Err(Error::refused(message));
        }
        Ok(())
    }

    fn position(&self, hash: u64, key: &K) -> Option<usize> {
        let is = |write: &Write<K, V>| {
            write.accept.as_ref().is_some_and(|accept| accept.hash == hash && accept.key == *key)
        };
        let first = *self.by_hash.get(&hash)?;
        if self.writes.get(first).is_some_and(is) {
            return Some(first);
        }
        self.writes.iter().position(is)
    }

    pub(in crate::engine) fn check_unspent(&self) -> Result<()> {
        if self.is_spent { Err(Error::invalid("it was written already")) } else { Ok(()) }
    }

    /// Pushes their records into a frame, if there is a journal. Foreign code runs here, outside all locks.
    pub(in crate::engine) fn encode(&mut self, frame: &mut Frame) -> Result<()> {
        self.check_unspent()?;
        self.writes.sort_by_key(|write| write.n);
        self.by_hash.clear();
        for (at, write) in self.writes.iter_mut().enumerate() {
            let Some(accept) = &write.accept else { continue };
            self.by_hash.insert(accept.hash, at);
            let Some(journal) = self.shared.journal() else { continue };
            let before = frame.length();
            frame.push_with(|bytes| {
                journal.encode(&accept.key, accept.held.value(), accept.deadline, Id(0), bytes)
            })?;
            if self.shared.is_too_long(frame.length() - before) {
                let message = "a value is too long for the journal, and so to be written together";
                return Err(Error::refused(message));
            }
            (write.mark, write.length) = (Some(frame.mark()), (frame.length() - before) as u64);
        }
        Ok(())
    }

    /// The keys of its writes, in the order in which they stand.
    pub(in crate::engine) fn keys(&self) -> Vec<K> {
        let accepts = self.writes.iter().filter_map(|write| write.accept.as_ref());
        accepts.map(|accept| accept.key.clone()).collect()
    }

    /// The receipts of its writes, once they are accepted and ended, in the order of the writes.
    pub(in crate::engine) fn receipts(&mut self) -> Vec<Receipt> {
        std::mem::take(&mut self.receipts)
    }

    /// No lock is held any more: answers are given, and what was replaced is dropped.
    pub(in crate::engine) fn end(&mut self, gives_back: bool) {
        let shared = Arc::clone(&self.shared);
        shared.finish_all(&mut self.left);
        if !self.is_spent {
            // That may be why.
            shared.tell_if_journal_failed();
        }
        if self.is_spent || gives_back {
            self.permit.give_back();
        }
        let deletes = std::mem::take(&mut self.deletes);
        shared.counters.deletes.add(deletes as u64);
        (deletes..self.accepted.len()).for_each(|_| shared.cells.tally().put());
        if !self.accepted.is_empty() {
            shared.follow_up(shared.parts.seams.clock.now());
        }
        for (n, accepted) in self.accepted.drain(..) {
            self.receipts.push(Receipt::waiting(shared.engine(), n, accepted));
        }
    }
}

impl<K: Key, V: Value> Drop for Together<K, V> {
    /// Whoever forgets the end, or panics before it, has it made here.
    fn drop(&mut self) {
        self.end(true);
    }
}

impl<K: Key, V: Value> fmt::Debug for Together<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Together")
            .field("writes", &self.writes.len())
            .field("is_spent", &self.is_spent)
            .finish_non_exhaustive()
    }
}
