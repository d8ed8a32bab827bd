//! A modification's way through a key: what it reads, and its place in the line.

use std::hash::Hash;

use forebay_store::{Done, Result, WallTime};

use super::accept::{closed, full};
use super::effects::Effects;
use super::entry::Held;
use super::shard::Shard;
use super::work::{Basing, Turn, Work};

/// Which turn it is: that of this number, of the entry `at`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TurnId {
    pub(crate) at: u32,
    number: u64,
}

/// What a modification is computed from.
#[derive(Debug)]
pub(crate) enum Basis<V> {
    /// The value, or the knowledge that there is none, and the stamp to compare at the end.
    Known(Option<V>, u64),
    /// What the load that has just ended brought, which memory does not hold; and the stamp.
    Loaded(u64),
    /// It has to be loaded first, or others are before it.
    NotYet,
}

impl<K: Eq + Hash + Clone, V: Clone> Shard<K, V> {
    /// What a modification can be computed from. Only the one that has the turn may take an absence that
    /// was just loaded for it.
    pub(crate) fn basis(&self, at: u32, has_turn: bool, wall: impl Fn() -> WallTime) -> Basis<V> {
        let entry = &self.entries[at];
        let work = self.works.get(self.entries.ties(at).work);
        if !has_turn && work.is_some_and(Work::has_line) {
            return Basis::NotYet;
        }
        let is_over = || entry.is_timed() && self.is_past(at, wall().0);
        let is_unstored = work.is_some_and(Work::is_unstored);
        match entry.held() {
            Held::Value(value) if !is_over() => Basis::Known(Some(value.clone()), entry.stamp),
            Held::Value(_) if is_unstored => Basis::Known(None, entry.stamp),
            Held::Tombstone => Basis::Known(None, entry.stamp),
            Held::Absent if entry.is_timed() && !is_over() => Basis::Known(None, entry.stamp),
            // Even if it is over already: a time to live that is too short for that does not keep it from going on.
            Held::Value(_) | Held::Absent | Held::Nothing
                if has_turn && work.is_some_and(|work| work.has_loaded(entry.stamp)) =>
            {
                Basis::Loaded(entry.stamp)
            }
            Held::Value(_) | Held::Absent | Held::Nothing => Basis::NotYet,
        }
    }

    /// What a write is computed from that looks at nothing.
    pub(crate) fn blind_basis(&self, at: u32, has_turn: bool) -> Basis<V> {
        match self.work(at) {
            Some(work) if work.has_line() && !has_turn => Basis::NotYet,
            _ => Basis::Known(None, self.entries[at].stamp),
        }
    }

    /// Gets in the key's line; `go` is told which turn it is when that has come. The entry is not freed as long as that
    /// lasts.
    pub(crate) fn join_line(
        &mut self,
        hash: u64,
        key: K,
        go: Done<TurnId>,
        effects: &mut Effects<K, V>,
    ) {
        let found = if self.is_closed {
            effects.drop_key(key);
            Err(closed())
        } else {
            self.ensure(hash, key, effects)
        };
        let number = self.next_seq();
        let go = |at: u32| {
            Done::mapped(go, move |turn: Result<()>| turn.map(|()| TurnId { at, number }))
        };
        let at = match found {
            Ok(at) => at,
            Err(error) => return effects.answer(go(0), Err(error)),
        };
        let go = go(at);
        match self.ensure_work(at) {
            Some(work) => work.line_mut().push_back(Turn::Modify {
                number,
                go: Some(go),
                loaded: Basing::NotAsked,
                older: None,
            }),
            None => effects.answer(go, Err(full())),
        }
        self.settle(at, effects);
    }

    /// The modification whose turn it is is about to load its basis.
    pub(crate) fn ask_basis(&mut self, at: u32) {
        let work = self.work_mut(at);
        if let Some(Turn::Modify { go: None, loaded, .. }) = work.and_then(Work::head_mut) {
            *loaded = Basing::Asked;
        }
    }

    /// Gives up a turn that has not written. If it is over already, nobody else loses a place.
    pub(crate) fn leave_line(&mut self, turn: TurnId, effects: &mut Effects<K, V>) {
        let Some(work) = self.work_mut(turn.at) else { return };
        if matches!(work.head(), Some(Turn::Modify { number, .. }) if *number == turn.number) {
            work.line_mut().pop_front();
        }
        self.settle(turn.at, effects);
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use forebay_store::Op;
    use forebay_store::seam::manual::ManualClock;

    use super::*;
    use crate::WhenRefused;

    #[test]
    fn a_turn_that_is_over_takes_nobody_elses_place_when_it_is_given_up() {
        let seams = ManualClock::new().seams(1);
        let mut shard = Shard::<u64, u64>::new(0, WhenRefused::default(), None, None, seams);
        let mut effects = Effects::default();
        let [first, second, third] = [1, 2, 3].map(|_| {
            let (go, turn) = Op::pending();
            shard.join_line(7, 1, go, &mut effects);
            effects.run();
            turn
        });
        let mut leave = |turn| {
            shard.leave_line(turn, &mut effects);
            effects.run();
        };
        let first = first.try_take().unwrap().unwrap();
        leave(first);
        let second = second.try_take().unwrap().unwrap();
        leave(first);
        let third = third.try_take().unwrap_err();
        leave(second);
        leave(third.try_take().unwrap().unwrap());
        assert_eq!(shard.entries.len(), 0, "nobody is left");
    }
}
