//! How loads stand to the store: whether it is taken to be down for them, and which load asks whether it is back.
//! It knows nothing of writes, and the [breaker](crate::engine::storing::breaker) of those knows nothing of loads.

use std::collections::BTreeSet;
use std::time::Duration;

use forebay_store::{Error, ErrorKind, Key, Moment, Result, Value};

use super::loads::Request;
use crate::engine::shared::Shared;
use crate::engine::trampoline::caught;

/// Keys are known by their hashes here.
#[derive(Debug, Default)]
pub(in crate::engine) struct LoadBreaker {
    /// Calls that failed since one was answered.
    failures: usize,
    /// Different keys that they had, as many as it takes.
    keys: BTreeSet<u64>,
    /// Keys that all of them had: if there is one, it alone may be to blame (G8).
    common: BTreeSet<u64>,
    /// What they asked for.
    failed: BTreeSet<u64>,
    /// What had failed when the store answered others, and was not answered since: while it fails, that tells nothing
    /// of other keys (G8).
    sick: BTreeSet<u64>,
    /// Calls that were answered.
    answers: u64,
    /// Loads that went as probes.
    probes: u64,
    down: Option<Down>,
}

/// How a call went to the store.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Pass {
    /// Its number, if it is a probe.
    probe: Option<u64>,
    /// So many calls were answered by then.
    answers: u64,
}

/// What is known of a store that is taken to be down.
#[derive(Debug)]
struct Down {
    cause: Error,
    /// Probes in vain.
    failures: u32,
    /// What they asked for, and what was sick before: asked again in vain it tells nothing of other keys (G8).
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

    /// So many keys are remembered as failed, tried or sick, and those of the call that makes them too many.
    const KEYS_MAX: usize = 1024;

    pub(in crate::engine) fn is_open(&self) -> bool {
        self.down.is_some()
    }

    /// Lets a call with these keys go, or says why it is not to. `has_place`: the store has a place for it.
    pub(in crate::engine) fn pass(
        &mut self,
        mut keys: impl Iterator<Item = u64>,
        has_place: bool,
        now: impl FnOnce() -> Moment,
        patience: Duration,
    ) -> Result<Pass> {
        let answers = self.answers;
        let Some(down) = &mut self.down else { return Ok(Pass { probe: None, answers }) };
        let now = now();
        let is_tried = keys.any(|key| down.tried.contains(&key));
        let from = if is_tried { down.again_at } else { down.retry_at };
        let from = down.probe.map_or(from, |(_, until)| until.max(from));
        let left = from.since(now);
        if has_place && left.is_zero() {
            self.probes += 1;
            down.probe = Some((self.probes, now.after(patience)));
            return Ok(Pass { probe: Some(self.probes), answers });
        }
        // Behind calls that hang nobody is to wait for a store that is known to be down.
        let left = if has_place { left } else { left.max(patience) };
        let message = "the store is taken to be down: its last loads have failed";
        Err(Error::unavailable(message).with_source(down.cause.clone()).with_retry_after(left))
    }

    /// The store has given what it was asked for, or has said that it will not. What is left of before is to be
    /// dropped under no lock.
    fn answered(&mut self, keys: impl Iterator<Item = u64>) -> Option<Error> {
        self.answers += 1;
        let mut down = self.down.take();
        if self.failures > 0 || down.is_some() {
            self.failures = 0;
            self.keys.clear();
            self.common.clear();
            remember(&mut self.sick, std::mem::take(&mut self.failed));
            let tried = down.as_mut().map(|down| std::mem::take(&mut down.tried));
            remember(&mut self.sick, tried.unwrap_or_default());
        }
        if !self.sick.is_empty() {
            for key in keys {
                self.sick.remove(&key);
            }
        }
        down.map(|down| down.cause)
    }

    /// A call has failed as a whole, and nothing was said about its keys. `back_off` says of the number of probes in
    /// vain how long to wait. What is left of before is to be dropped under no lock.
    fn failed(
        &mut self,
        pass: Pass,
        keys: BTreeSet<u64>,
        cause: &Error,
        now: Moment,
        back_off: impl FnOnce(u32) -> Duration,
    ) -> Option<Error> {
        if let Some(down) = &mut self.down {
            return down.failed(pass.probe, keys, cause, now, back_off);
        }
        // The store has answered others since it was sent.
        let is_late = pass.answers != self.answers;
        if is_late || cause.kind() != ErrorKind::Unavailable || !self.sick.is_disjoint(&keys) {
            return None;
        }
        self.failures = self.failures.saturating_add(1);
        let lacking = Self::FAILURES_MAX.saturating_sub(self.keys.len());
        let new: Vec<u64> = keys.difference(&self.keys).take(lacking).copied().collect();
        self.keys.extend(new);
        remember(&mut self.failed, keys.clone());
        if self.failures == 1 {
            self.common = keys;
        } else {
            self.common.retain(|key| keys.contains(key));
        }
        let is_down = self.failures.min(self.keys.len()) >= Self::FAILURES_MAX;
        if is_down && self.common.is_empty() {
            let retry_at = now.after(back_off(1));
            let (cause, tried) = (cause.clone(), std::mem::take(&mut self.sick));
            let down =
                Down { cause, failures: 1, tried, probe: None, retry_at, again_at: retry_at };
            self.down = Some(down);
        }
        None
    }
}

/// Too many are forgotten before these are added, or what is long gone would keep out what has failed lately.
fn remember(known: &mut BTreeSet<u64>, keys: BTreeSet<u64>) {
    if known.len() >= LoadBreaker::KEYS_MAX {
        known.clear();
    }
    known.extend(keys);
}

impl Down {
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
        remember(&mut self.tried, keys);
        Some(std::mem::replace(&mut self.cause, cause.clone()))
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    /// A call has ended, and with it its place at the store: what that says about the store.
    pub(in crate::engine) fn note_loads(
        &self,
        pass: Pass,
        batch: &[Request<K, V>],
        failure: Option<&Error>,
    ) {
        let silence = failure.filter(|error| error.is_retryable());
        let hashes = batch.iter().map(|request| request.hash);
        let now = || self.parts.seams.clock.now();
        let silence = silence.map(|cause| (cause, hashes.clone().collect(), now()));
        let longest = self.flusher.pace.probe_delay_max;
        let back_off = |failures| self.back_off(failures).min(longest);
        let mut state = self.loads.state.lock();
        state.call_ended();
        let cause = match silence {
            Some((cause, keys, now)) => state.breaker.failed(pass, keys, cause, now, back_off),
            None => state.breaker.answered(hashes),
        };
        drop(state);
        // A cause has code of the store's.
        caught(|| drop(cause));
    }
}
