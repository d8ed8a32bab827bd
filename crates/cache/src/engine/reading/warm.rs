//! Filling memory from the store's pages, with what nobody has changed since a page was asked for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{ByteSize, Cursor, Done, Key, Op, Page, Result, Value};

use super::scan::Visit;
use crate::engine::shared::Shared;
use crate::engine::trampoline;
use crate::table::{Held, Keep, closed};
use crate::warming::{Progress, Warmed, Warming};

/// Entries that the store is asked for at once.
const PAGE: usize = 256;

/// A warm-up under way.
struct Warmer {
    /// How much may be resident when it fills.
    share: u64,
    progress: Arc<Progress>,
    done: Done<Warmed>,
}

impl Warmer {
    /// What those that were taken weigh.
    fn mean(&self) -> u64 {
        let now = self.progress.now();
        now.bytes.as_bytes().checked_div(now.filled).unwrap_or(0)
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn warm_up(self: &Arc<Self>, share: ByteSize) -> Warming {
        let (done, end) = Op::pending();
        let progress = Arc::new(Progress::default());
        let share = share.as_bytes().min(self.parts.capacity);
        self.let_go_aside();
        self.warm_from(None, Warmer { share, progress: Arc::clone(&progress), done });
        Warming { progress, end }
    }

    fn warm_from(self: &Arc<Self>, cursor: Option<Cursor>, warmer: Warmer) {
        if self.is_closed() {
            return warmer.done.complete(Err(closed()));
        }
        if warmer.done.is_abandoned() {
            return;
        }
        let fences: Vec<u64> = self.cells.iter().map(|cell| cell.lock.look().fence()).collect();
        let visit = Visit::of(self);
        let (shared, away) = (Arc::clone(self), Arc::clone(&visit));
        let answer = Done::call(move |result: Result<Page<K, V>>| {
            drop(away);
            trampoline::run(move || match result {
                Ok(page) => shared.warm_page(page, &fences, warmer),
                Err(error) => warmer.done.complete(Err(error)),
            });
        });
        // A panic drops the `Done`, which answers for the store.
        let scan = || self.store().scan(cursor, PAGE, answer);
        let _ = catch_unwind(AssertUnwindSafe(scan));
        drop(visit);
    }

    fn warm_page(self: &Arc<Self>, page: Page<K, V>, fences: &[u64], warmer: Warmer) {
        let before = warmer.progress.now().filled;
        let mut is_too_much = false;
        for (key, value) in page.entries {
            // One as heavy as the others, and be it the lightest there can be, does not fit.
            if self.resident() + warmer.mean().max(Self::weigh_absence().into()) > warmer.share {
                return warmer.done.complete(Ok(warmer.progress.now()));
            }
            is_too_much |= self.warm_with(key, value, fences, &warmer);
        }
        // Pages of which nothing fits are not worth the store's work.
        let has_share = is_too_much && warmer.progress.now().filled == before;
        match page.next.filter(|_| !has_share) {
            Some(next) => self.warm_from(Some(next), warmer),
            None => warmer.done.complete(Ok(warmer.progress.now())),
        }
    }

    /// Takes one entry of a page, if nothing newer can be known of its key. Says whether it was too much for the
    /// share.
    fn warm_with(self: &Arc<Self>, key: K, value: V, fences: &[u64], warmer: &Warmer) -> bool {
        let (hash, wall) = (self.hash(&key), self.wall());
        let (weight, deadline) = (self.weigh(&key, &value), self.deadline(&key, &value));
        let progress = &warmer.progress;
        progress.seen.fetch_add(1, Ordering::Relaxed);
        let is_too_much = self.resident().saturating_add(u64::from(weight)) > warmer.share;
        if is_too_much || !self.is_worth_keeping(weight) || self.is_over(deadline) {
            return is_too_much;
        }
        let n = self.place(hash);
        let keep = Keep { held: Held::Value(value), weight, deadline };
        let is_filled = self.step(n, |shard, effects| {
            if shard.fence() == fences[n] {
                return shard.fill_unknown(hash, key, keep, wall, effects);
            }
            effects.drop_key(key);
            effects.drop(keep.held);
            false
        });
        if is_filled {
            self.cells.tally().fill();
            progress.filled.fetch_add(1, Ordering::Relaxed);
            progress.bytes.fetch_add(u64::from(weight), Ordering::Relaxed);
        }
        false
    }
}
