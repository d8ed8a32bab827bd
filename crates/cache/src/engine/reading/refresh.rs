//! Asking the store again for what memory has: shortly before its time to live is over, or behind the answer
//! when it is; and what is told when the store cannot say.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::{Error, ErrorKind, Key, Result, Value};

use super::loads::{Loads, Request};
use crate::engine::shared::Shared;
use crate::engine::trampoline::caught;
use crate::get::Get;
use crate::settings::millis;
use crate::table::{Load, Postponed, Used};

/// More values than this are not asked for again at once.
const REFRESHES_MAX: usize = 1024;

impl<K, V> Loads<K, V> {
    /// Takes a place among the refreshes, if there is one.
    fn take_refresh(&self) -> bool {
        let mut state = self.state.lock();
        // As many as two calls take: one that is under way, and one that follows.
        let has_place = state.refreshing < self.batch_max.saturating_mul(2).min(REFRESHES_MAX);
        state.refreshing += usize::from(has_place);
        has_place
    }

    /// Somebody waits for `load` now: if it is a refresh that has not left, it leaves like any other load. Says
    /// whether there is something to send.
    pub(in crate::engine) fn want(&self, load: &Arc<Load<V>>) -> bool {
        let mut state = self.state.lock();
        let is_it = |request: &Request<K, V>| Arc::ptr_eq(&request.load, load);
        let request =
            state.refreshes.iter().position(is_it).and_then(|place| state.refreshes.remove(place));
        let is_sent = request.is_none();
        state.gathered.extend(request);
        !is_sent
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    /// Whether hits ask the store again.
    pub(in crate::engine) fn refreshes(&self) -> bool {
        self.parts.reading.lifetimes.asks_again()
    }

    /// A hit has found out that the value is stale, or that it is to be asked for again.
    #[cold]
    pub(in crate::engine) fn note_used(self: &Arc<Self>, n: usize, hash: u64, key: &K, used: Used) {
        self.counters.stale.add(u64::from(used.is_stale));
        if !used.is_to_refresh {
            return;
        }
        let has_place = self.loads.take_refresh();
        let mut is_begun = false;
        // Comparing keys is foreign code, and the place is to be given back.
        caught(|| is_begun = has_place && self.begin_refresh(n, hash, key));
        if is_begun {
            return;
        }
        if has_place {
            self.loads.state.lock().refreshing -= 1;
        }
        // A reader is not to suffer from it; a later one tries again.
        let again = self.wall().0.saturating_add(millis(self.back_off(1)));
        let shard = self.cells[n].lock.read();
        if let Some(at) = shard.find(hash, key) {
            shard.put_off(at, again);
        }
    }

    /// Asks for it, unless something else is under way that will.
    fn begin_refresh(self: &Arc<Self>, n: usize, hash: u64, key: &K) -> bool {
        // The copy is foreign code.
        let Ok(own) = catch_unwind(AssertUnwindSafe(|| key.clone())) else { return false };
        let absence = self.parts.reading.absence_millis(Get::default());
        let begun = self.step(n, |shard, effects| shard.begin_refresh(hash, key, absence, effects));
        let Some((at, load)) = begun else { return false };
        let mut request = Request::new(own, (n, hash), at, Arc::clone(&load));
        request.is_refresh = true;
        self.counters.refreshes.add(1);
        self.loads.state.lock().refreshes.push_back(request);
        // Who has come meanwhile has not found it there.
        let is_wanted = load.is_wanted() && self.loads.want(&load);
        caught(|| if is_wanted { self.gather() } else { self.send_loads() });
        true
    }

    /// A load has failed. If it was to replace a value that may stand in for it, that is told; in any case the
    /// store is left alone for a while. `is_sent`: it has been with the store.
    pub(in crate::engine) fn outlast(
        &self,
        n: usize,
        at: u32,
        key: &K,
        load: &Arc<Load<V>>,
        error: Error,
        is_sent: bool,
    ) -> (Result<Option<V>>, Option<Postponed>) {
        if !self.parts.reading.lifetimes.has_rows() {
            return (Err(error), None);
        }
        let wall = self.wall().0;
        let kept = self.cells[n].lock.read().kept(at, load, wall);
        let Some(kept) = kept else { return (Err(error), None) };
        // What was not sent is no attempt in vain, or the value would be asked for late long after the store is back.
        let failures = kept.failures.saturating_add(u32::from(is_sent));
        let pause = match error.retry_after() {
            Some(left) if !is_sent => left,
            // What a store says of itself may be anything.
            Some(hint) => {
                self.back_off(failures).max(hint).min(self.parts.settings.retry_delay_max)
            }
            None => self.back_off(failures),
        };
        let again = wall.saturating_add(millis(pause).max(1));
        // What is damaged, or refused, is told, and so is what has panicked: only a store that cannot be asked is
        // stood in for.
        let is_silent = error.is_retryable() && error.kind() != ErrorKind::Aborted;
        let value = kept.value.filter(|_| is_silent);
        let value = value.and_then(|value| {
            let expiry = catch_unwind(AssertUnwindSafe(|| self.deadline(key, &value))).ok()?;
            let end = if expiry == 0 { kept.until } else { kept.until.min(expiry) };
            (wall < end).then_some((value, end))
        });
        let Some((value, end)) = value else {
            return (Err(error), Some(Postponed { again, readable: 0, failures }));
        };
        let waiting = load.waiters.lock().len() + load.lookups.lock().len();
        self.counters.stale.add(waiting as u64);
        (Ok(Some(value)), Some(Postponed { again, readable: end.min(again), failures }))
    }
}
