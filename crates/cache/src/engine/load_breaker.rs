//! How loads stand to the store: whether it is taken to be down for them, and which load asks whether it is back.
//! It knows nothing of writes, and the [breaker](super::breaker) of those knows nothing of loads.

use std::collections::BTreeSet;
use std::time::Duration;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Error, ErrorKind, Key, Moment, Result, Value};

use super::loads::Request;
use super::shared::Shared;
use super::trampoline::caught;

/// Keys are known by their hashes here.
#[derive(Debug, Default)]
pub(super) struct LoadBreaker {
    /// Calls that failed since one was answered.
    failures: usize,
    /// Different keys that they had, as many as it takes.
    keys: BTreeSet<u64>,
    /// Keys that all of them had: if there is one, it alone may be to blame (G8).
    common: BTreeSet<u64>,
    /// Loads that went as probes.
    probes: u64,
    down: Option<Down>,
}

/// What is known of a store that is taken to be down.
#[derive(Debug)]
struct Down {
    cause: Error,
    /// Probes in vain.
    failures: u32,
    /// What they asked for: asked again in vain it tells nothing of other keys (G8).
    tried: BTreeSet<u64>,
    /// The one that is out, and until when it is waited for.
    probe: Option<(u64, Moment)>,
    /// Nothing goes before then,
    retry_at: Moment,
    /// and nothing that was tried before then, which is no sooner.
    again_at: Moment,
}

impl LoadBreaker {
    /// After so many calls with so many different keys the store is taken to be down.
    const FAILURES_MAX: usize = 3;

    pub(super) fn is_open(&self) -> bool {
        self.down.is_some()
    }

    /// Whether anything has failed since the store last answered.
    fn is_doubtful(&self) -> bool {
        self.failures > 0 || self.is_open()
    }

    /// Lets a call with these keys go, as a probe if it has a number, or says why it is not to. `has_place`: the store
    /// has a place for it.
    pub(super) fn pass(
        &mut self,
        mut keys: impl Iterator<Item = u64>,
        has_place: bool,
        now: impl FnOnce() -> Moment,
        patience: Duration,
    ) -> Result<Option<u64>> {
        let Some(down) = &mut self.down else { return Ok(None) };
        let now = now();
        let is_tried = keys.any(|key| down.tried.contains(&key));
        let from = if is_tried { down.again_at } else { down.retry_at };
        let from = down.probe.map_or(from, |(_, until)| until.max(from));
        let left = from.since(now);
        if has_place && left.is_zero() {
            self.probes += 1;
            down.probe = Some((self.probes, now.after(patience)));
            return Ok(Some(self.probes));
        }
        // Behind calls that hang nobody is to wait for a store that is known to be down.
        let left = if has_place { left } else { left.max(patience) };
        let message = "the store is taken to be down: its last loads have failed";
        Err(Error::unavailable(message).with_source(down.cause.clone()).with_retry_after(left))
    }

    /// The store has given what it was asked for, or has said that it will not. What is left of before is to be
    /// dropped under no lock.
    fn answered(&mut self) -> Self {
        std::mem::replace(self, Self { probes: self.probes, ..Self::default() })
    }

    /// A call has failed as a whole, and nothing was said about its keys. `back_off` says of the number of probes in
    /// vain how long to wait. What is left of before is to be dropped under no lock.
    fn failed(
        &mut self,
        probe: Option<u64>,
        keys: BTreeSet<u64>,
        cause: &Error,
        now: Moment,
        back_off: impl FnOnce(u32) -> Duration,
    ) -> Option<Error> {
        if let Some(down) = &mut self.down {
            return down.failed(probe, keys, cause, now, back_off);
        }
        if cause.kind() != ErrorKind::Unavailable {
            return None;
        }
        self.failures = self.failures.saturating_add(1);
        let lacking = Self::FAILURES_MAX.saturating_sub(self.keys.len());
        let new: Vec<u64> = keys.difference(&self.keys).take(lacking).copied().collect();
        self.keys.extend(new);
        if self.failures == 1 {
            self.common = keys;
        } else {
            self.common.retain(|key| keys.contains(key));
        }
        let is_down = self.failures.min(self.keys.len()) >= Self::FAILURES_MAX;
        if is_down && self.common.is_empty() {
            let retry_at = now.after(back_off(1));
            let (cause, tried) = (cause.clone(), BTreeSet::new());
            let down =
                Down { cause, failures: 1, tried, probe: None, retry_at, again_at: retry_at };
            *self = Self { probes: self.probes, down: Some(down), ..Self::default() };
        }
        None
    }
}

impl Down {
    /// So many keys are remembered as tried, and those of the call that makes them too many.
    const TRIED_MAX: usize = 1024;

    fn failed(
        &mut self,
        probe: Option<u64>,
        keys: BTreeSet<u64>,
        cause: &Error,
        now: Moment,
        back_off: impl FnOnce(u32) -> Duration,
    ) -> Option<Error> {
        // What was sent before it was taken to be down, and a probe that is not waited for any more, tell nothing new.
        self.probe.take_if(|(number, _)| Some(*number) == probe)?;
        self.failures = self.failures.saturating_add(1);
        self.again_at = now.after(back_off(self.failures));
        if self.tried.is_disjoint(&keys) {
            self.retry_at = self.again_at;
        }
        if self.tried.len() >= Self::TRIED_MAX {
            self.tried.clear();
        }
        self.tried.extend(keys);
        Some(std::mem::replace(&mut self.cause, cause.clone()))
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    /// What the end of a call says about the store.
    pub(super) fn note_loads(
        &self,
        probe: Option<u64>,
        batch: &[Request<K, V>],
        failure: Option<&Error>,
    ) {
        let silence = failure.filter(|error| error.is_retryable());
        if silence.is_none() && !self.loads.is_doubtful.load(Ordering::Relaxed) {
            return;
        }
        let keys = batch.iter().map(|request| request.hash);
        let keys = silence.map(|_| keys.collect()).unwrap_or_default();
        let longest = self.flusher.pace.probe_delay_max;
        let back_off = |failures| self.back_off(failures).min(longest);
        let now = self.parts.seams.clock.now();
        let mut state = self.loads.state.lock();
        let breaker = &mut state.breaker;
        let (cause, before) = match silence {
            Some(cause) => (breaker.failed(probe, keys, cause, now, back_off), None),
            None => (None, Some(breaker.answered())),
        };
        self.loads.is_doubtful.store(breaker.is_doubtful(), Ordering::Relaxed);
        drop(state);
        // A cause has code of the store's.
        caught(|| drop((cause, before)));
    }
}
