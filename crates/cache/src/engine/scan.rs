//! Going through all keys: the store's pages, with what memory knows better laid over them.

use std::sync::Arc;

use forebay_store::{Cursor, Done, Key, Op, Page, Result, Value};

use super::join::join;
use super::shared::Shared;
use super::trampoline;
use crate::table::Read;
use crate::write::Write;

/// The cache's own cursor: a byte that says which phase, then the store's cursor.
const STORE: u8 = 1;

impl<K: Key, V: Value> Shared<K, V> {
    /// The first page stores what is dirty, so that the store's pages have it. What could not be
    /// stored comes with the first page as well, and again where the store has an older value.
    pub(crate) fn scan(self: &Arc<Self>, cursor: Option<Cursor>, limit: usize) -> Op<Page<K, V>> {
        let (done, op) = Op::pending();
        let limit = limit.max(1);
        if let Some(cursor) = cursor {
            let inner = cursor.0.get(1..).filter(|rest| !rest.is_empty());
            let inner = inner.map(|rest| Cursor(rest.to_vec()));
            self.scan_store(inner, limit, Vec::new(), done);
            return op;
        }
        let shared = Arc::clone(self);
        self.flush_to(Done::call(move |_: Result<()>| {
            let unstored = shared.unstored_entries();
            shared.scan_store(None, limit, unstored, done);
        }));
        op
    }

    fn scan_store(
        self: &Arc<Self>,
        cursor: Option<Cursor>,
        limit: usize,
        first: Vec<(K, V)>,
        done: Done<Page<K, V>>,
    ) {
        let shared = Arc::clone(self);
        let overlay = move |result: Result<Page<K, V>>| {
            let page = result.map(|page| {
                let mut entries = first;
                entries.extend(page.entries.into_iter().filter_map(|pair| shared.overlay(pair)));
                let next = page.next.map(|next| {
                    let mut bytes = vec![STORE];
                    bytes.extend(next.0);
                    Cursor(bytes)
                });
                Page { entries, next }
            });
            done.complete(page);
        };
        self.parts.store.scan(cursor, limit, Done::call(overlay));
    }

    /// What memory knows better about a stored entry: a newer value, a delete, an expiry.
    fn overlay(&self, (key, value): (K, V)) -> Option<(K, V)> {
        let hash = self.hash(&key);
        let shard = self.cells[self.place(hash)].lock.read();
        let newer = shard.find(hash, &key).and_then(|at| {
            shard.work(at).filter(|work| work.is_unstored())?;
            Some(shard.entry(at)?.held.value().cloned())
        });
        drop(shard);
        let value = match newer {
            Some(newer) => newer?,
            None => value,
        };
        let deadline = self.deadline(&key, &value);
        (deadline == 0 || self.wall().0 < deadline).then_some((key, value))
    }

    /// What the flush could not store. It is bounded by the room for unstored writes.
    fn unstored_entries(&self) -> Vec<(K, V)> {
        let mut all = Vec::new();
        for cell in &self.cells {
            let shard = cell.lock.read();
            let unstored = shard
                .entries()
                .filter(|(_, _, work)| work.is_some_and(crate::table::Work::is_unstored));
            for (at, entry, _) in unstored {
                if let Read::Hit(Some(value)) = shard.read(at, || self.wall()) {
                    all.push((entry.key.clone(), value));
                }
            }
        }
        all
    }

    /// How many keys there are. What is dirty is stored first; the store counts.
    pub(crate) fn count(self: &Arc<Self>) -> Op<u64> {
        let (done, op) = Op::pending();
        let shared = Arc::clone(self);
        self.flush_to(Done::call(move |flushed: Result<()>| match flushed {
            Ok(()) => shared.parts.store.count(done),
            Err(error) => done.complete(Err(error)),
        }));
        op
    }

    /// Deletes every key, page by page, and says how many there were.
    pub(crate) fn clear(self: &Arc<Self>) -> Op<u64> {
        let (done, op) = Op::pending();
        self.clear_from(None, 0, done);
        op
    }

    fn clear_from(self: &Arc<Self>, cursor: Option<Cursor>, count: u64, done: Done<u64>) {
        const PAGE: usize = 256;
        let shared = Arc::clone(self);
        self.scan(cursor, PAGE).forward(Done::call(move |result: Result<Page<K, V>>| {
            trampoline::run(move || match result {
                Ok(page) => shared.clear_page(page, count, done),
                Err(error) => done.complete(Err(error)),
            });
        }));
    }

    fn clear_page(self: &Arc<Self>, page: Page<K, V>, count: u64, done: Done<u64>) {
        let count = count + page.entries.len() as u64;
        // Through: when the last page has gone, every key of it is gone from the store.
        let deletes: Vec<_> =
            page.entries.into_iter().map(|(key, _)| self.delete(key, Write::Through)).collect();
        let shared = Arc::clone(self);
        let next = page.next;
        join(deletes, move |results| {
            let failed = results.into_iter().find_map(Result::err);
            match (failed, next) {
                (Some(error), _) => done.complete(Err(error)),
                (None, Some(next)) => shared.clear_from(Some(next), count, done),
                (None, None) => done.complete(Ok(count)),
            }
        });
    }
}
