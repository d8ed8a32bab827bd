//! Going through all keys: the store's pages, with what memory knows better laid over them.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Cursor, Done, Key, Op, Page, Result, Value};

use crate::engine::join::join;
use crate::engine::pressure::Account;
use crate::engine::shared::Shared;
use crate::engine::trampoline;
use crate::table::{Read, Work, closed};
use crate::write::Write;

/// The cache's own cursor: a byte that says which phase, then the store's cursor.
const STORE: u8 = 1;

impl<K: Key, V: Value> Shared<K, V> {
    /// The first page stores what is dirty, so that the store's pages have it. What could not be
    /// stored comes with the first page as well, and again where the store has an older value.
    pub(crate) fn scan(self: &Arc<Self>, cursor: Option<Cursor>, limit: usize) -> Op<Page<K, V>> {
        if self.is_closed() {
            return Op::failed(closed());
        }
        let (done, op) = Op::pending();
        let limit = limit.max(1);
        if let Some(cursor) = cursor {
            let inner = Cursor(cursor.0.get(1..).unwrap_or_default().to_vec());
            self.scan_store(Some(inner), limit, Vec::new(), done);
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
        let stores: Vec<u64> = self.cells.iter().map(|cell| cell.lock.look().stores()).collect();
        let visit = Visit::of(self);
        let away = Arc::clone(&visit);
        let answer = Done::call(move |result: Result<Page<K, V>>| {
            drop(away);
            match result {
                Ok(page) => trampoline::run(move || shared.overlay(page, first, &stores, done)),
                Err(error) => done.complete(Err(error)),
            }
        });
        // A panic drops the `Done`, which answers for the store.
        let scan = || self.store().scan(cursor, limit, answer);
        let _ = catch_unwind(AssertUnwindSafe(scan));
        drop(visit);
    }

    pub(in crate::engine) fn is_closed(&self) -> bool {
        self.cells[0].lock.look().is_closed
    }

    /// Lays what memory knows better over a page of the store: newer values, deletes, expiries.
    ///
    /// A write that was unstored when the page was asked for may have been stored since, behind
    /// the page's back, and have left memory again. So a key that memory does not hold, in a shard
    /// that has stored something meanwhile, is asked for by itself.
    fn overlay(
        self: &Arc<Self>,
        page: Page<K, V>,
        mut entries: Vec<(K, V)>,
        stores: &[u64],
        done: Done<Page<K, V>>,
    ) {
        let mut doubtful = Vec::new();
        if page.next.is_none() {
            entries.extend(self.being_deleted(&page.entries));
        }
        for (key, stored) in page.entries {
            let hash = self.hash(&key);
            let n = self.place(hash);
            let shard = self.cells[n].lock.read();
            let read = shard.look(hash, &key, self.wall());
            let is_doubtful = shard.stores() != stores[n];
            drop(shard);
            match read {
                Read::Hit(Some(value)) => entries.push((key, value)),
                Read::Hit(None) => {}
                Read::Miss if is_doubtful => doubtful.push(key),
                Read::Miss if self.is_over(self.deadline(&key, &stored)) => {}
                Read::Miss => entries.push((key, stored)),
            }
        }
        let next = page.next.map(|next| {
            let mut bytes = vec![STORE];
            bytes.extend(next.0);
            Cursor(bytes)
        });
        // Past memory: a scan must not push out what is used.
        let loads = self.load_past_memory(&doubtful);
        join(loads, move |values| {
            for (key, value) in doubtful.into_iter().zip(values) {
                match value {
                    Ok(value) => entries.extend(value.map(|value| (key, value))),
                    Err(error) => return done.complete(Err(error)),
                }
            }
            done.complete(Ok(Page { entries, next }));
        });
    }

    /// What the flush could not store. It is bounded by the room for unstored writes.
    fn unstored_entries(&self) -> Vec<(K, V)> {
        let mut all = Vec::new();
        for cell in &self.cells {
            let shard = cell.lock.read();
            let unstored =
                shard.entries().filter(|(_, _, work)| work.is_some_and(Work::is_unstored));
            for (at, entry, _) in unstored {
                if let Read::Hit(Some(value)) = shard.read(at, || self.wall()) {
                    all.push((entry.key.clone(), value));
                }
            }
        }
        all
    }

    /// Values whose delete the store may have by now though nobody has been told: a get still finds
    /// them, so a scan that has missed them in the store must, too. They come with the last page,
    /// and are bounded by the writers under way.
    fn being_deleted(&self, page: &[(K, V)]) -> Vec<(K, V)> {
        let mut all = Vec::new();
        for cell in &self.cells {
            let shard = cell.lock.read();
            let turns = shard.entries().filter(|(_, _, work)| work.is_some_and(Work::is_deleting));
            for (at, entry, _) in turns {
                if let Read::Hit(Some(value)) = shard.read(at, || self.wall()) {
                    all.push((entry.key.clone(), value));
                }
            }
        }
        all.retain(|(key, _)| !page.iter().any(|(known, _)| known == key));
        all
    }

    /// How many keys there are. What is dirty is stored first; the store counts.
    pub(crate) fn count(self: &Arc<Self>) -> Op<u64> {
        if self.is_closed() {
            return Op::failed(closed());
        }
        let (done, op) = Op::pending();
        let shared = Arc::clone(self);
        self.flush_to(Done::call(move |flushed: Result<()>| match flushed {
            Ok(()) => {
                let visit = Visit::of(&shared);
                let away = Arc::clone(&visit);
                let answer = Done::call(move |result| {
                    drop(away);
                    done.complete(result);
                });
                let count = || shared.store().count(answer);
                let _ = catch_unwind(AssertUnwindSafe(count));
                drop(visit);
            }
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
        let page = self.parts.settings.waiting_writers_max.min(256);
        let shared = Arc::clone(self);
        self.scan(cursor, page).forward(Done::call(move |result: Result<Page<K, V>>| {
            trampoline::run(move || match result {
                Ok(page) => shared.clear_page(page, count, done),
                Err(error) => done.complete(Err(error)),
            });
        }));
    }

    fn clear_page(self: &Arc<Self>, page: Page<K, V>, count: u64, done: Done<u64>) {
        let mut seen = HashSet::new();
        let mut keys: Vec<K> = page.entries.into_iter().map(|(key, _)| key).collect();
        keys.retain(|key| seen.insert(key.clone()));
        let count = count + keys.len() as u64;
        // Through: when the last page has gone, every key of it is gone from the store.
        let deletes: Vec<_> = keys
            .into_iter()
            .map(|key| self.delete(key, Write::Through, Account::default()))
            .collect();
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

/// A call of the store that is neither a load nor a flight: a close waits for its end.
pub(in crate::engine) struct Visit<K: Key, V: Value>(Arc<Shared<K, V>>);

impl<K: Key, V: Value> Visit<K, V> {
    pub(in crate::engine) fn of(shared: &Arc<Shared<K, V>>) -> Arc<Self> {
        shared.scans.fetch_add(1, Ordering::SeqCst);
        Arc::new(Self(Arc::clone(shared)))
    }
}

impl<K: Key, V: Value> Drop for Visit<K, V> {
    fn drop(&mut self) {
        self.0.scans.fetch_sub(1, Ordering::SeqCst);
        self.0.drained();
    }
}
