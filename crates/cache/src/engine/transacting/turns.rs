//! The turns of several keys, for a transaction that would else be overtaken, or has to load.
//!
//! It gets in the lines of all its keys in one step, with all their shards locked. So of two transactions one
//! is before the other in every line that both stand in, and no two wait for each other; a modification
//! holds one turn and waits for no other.

use std::collections::HashSet;
use std::sync::Arc;

use forebay_store::{Key, Op, Result, Value};

use crate::engine::join::join;
use crate::engine::shared::Shared;
use crate::engine::trampoline;
use crate::engine::writing::{HeldTurn, LinePlace};
use crate::table::TurnId;

/// A key and where it is.
pub(in crate::engine) struct InLine<K> {
    pub(in crate::engine) n: usize,
    pub(in crate::engine) hash: u64,
    pub(in crate::engine) key: K,
}

/// The turns of several keys. Dropped, they are given up.
pub(in crate::engine) struct Turns<K: Key, V: Value> {
    /// In the order in which they were asked for.
    held: Vec<HeldTurn<K, V>>,
    /// One place among the writers under way, however many lines it stands in.
    _place: LinePlace<K, V>,
}

impl<K: Key, V: Value> Shared<K, V> {
    /// Gets in all these lines at once, and goes on when every turn has come. No key is among them twice.
    pub(in crate::engine) fn take_turns(
        self: &Arc<Self>,
        spots: Vec<InLine<K>>,
        then: impl FnOnce(Result<Turns<K, V>>) + Send + 'static,
    ) {
        let place = match self.line_place() {
            Ok(place) => place,
            Err(error) => return then(Err(error)),
        };
        let places: Vec<usize> = spots.iter().map(|spot| spot.n).collect();
        let (mut left, mut ops) = (Vec::new(), Vec::with_capacity(spots.len()));
        let mut locked = self.lock(places.iter().copied());
        for InLine { n, hash, key } in spots {
            let (done, op) = Op::pending();
            if let Some((table, effects)) = locked.get(n) {
                table.join_line(hash, key, done, effects);
            }
            ops.push(op);
        }
        self.unlock(locked, &mut left);
        self.finish_all(&mut left);
        let shared = Arc::clone(self);
        join(ops, move |results| {
            let mut failure = None;
            let took = |(n, turn): (usize, Result<TurnId>)| match turn {
                Ok(turn) => Some(HeldTurn::of(&shared, n, turn)),
                Err(error) => {
                    failure = Some(error);
                    None
                }
            };
            let held = places.into_iter().zip(results).filter_map(took).collect();
            let turns = Turns { held, _place: place };
            trampoline::run(move || match failure {
                // Those that have come are given up.
                Some(error) => {
                    drop(turns);
                    then(Err(error));
                }
                None => then(Ok(turns)),
            });
        });
    }
}

impl<K: Key, V: Value> Turns<K, V> {
    /// Some turns, by their places, have become writes. The others are given up, and the place is kept.
    pub(in crate::engine) fn hand_over(&mut self, written: &[usize]) {
        let written: HashSet<_> = written.iter().collect();
        for (place, turn) in std::mem::take(&mut self.held).into_iter().enumerate() {
            if written.contains(&place) {
                turn.used();
            }
        }
    }
}
