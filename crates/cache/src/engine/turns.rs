//! The turns of several keys, for a transaction that would else be overtaken, or has to load.
//!
//! It gets in the lines of all its keys in one step, with all their shards locked. So of two transactions one
//! is before the other in every line that both stand in, and no two wait for each other; a modification
//! holds one turn and waits for no other.

use std::collections::HashSet;
use std::sync::Arc;

use forebay_store::{Done, Key, Op, Result, Value};

use super::join::join;
use super::shared::Shared;
use super::trampoline::{self, caught};
use super::write::LinePlace;

/// A key and where it is.
pub(super) struct InLine<K> {
    pub(super) n: usize,
    pub(super) hash: u64,
    pub(super) key: K,
}

/// Turns that somebody has. They are given up when it is dropped.
pub(super) struct Turns<K: Key, V: Value> {
    shared: Arc<Shared<K, V>>,
    spots: Vec<InLine<K>>,
    /// One place among the writers under way, however many lines it stands in.
    _place: LinePlace<K, V>,
}

impl<K: Key, V: Value> Shared<K, V> {
    /// Gets in all these lines at once, and goes on when every turn has come. No key is among them twice.
    pub(super) fn take_turns(
        self: &Arc<Self>,
        spots: Vec<InLine<K>>,
        then: impl FnOnce(Result<Turns<K, V>>) + Send + 'static,
    ) {
        let place = match self.line_place() {
            Ok(place) => place,
            Err(error) => return then(Err(error)),
        };
        let (mut left, mut ops) = (Vec::new(), Vec::with_capacity(spots.len()));
        let mut dones: Vec<(usize, u64, K, Done<()>)> = Vec::with_capacity(spots.len());
        for InLine { n, hash, key } in &spots {
            let (done, op) = Op::pending();
            dones.push((*n, *hash, key.clone(), done));
            ops.push(op);
        }
        let mut locked = self.lock(spots.iter().map(|spot| spot.n));
        // The code of a key may panic: its turn never comes then, and those that were asked for are given up.
        caught(|| {
            for (n, hash, key, done) in dones {
                if let Some((table, effects)) = locked.get(n) {
                    table.join_line(hash, key, done, effects);
                }
            }
        });
        self.unlock(locked, &mut left);
        self.finish_all(&mut left);
        let shared = Arc::clone(self);
        join(ops, move |results| {
            trampoline::run(move || {
                let mut failure = None;
                let took = |(spot, turn): (InLine<K>, Result<()>)| {
                    turn.map(|()| spot).map_err(|error| failure = Some(error)).ok()
                };
                let spots = spots.into_iter().zip(results).filter_map(took).collect();
                let turns = Turns { shared, spots, _place: place };
                match failure {
                    // What it has got of them is given up.
                    Some(error) => {
                        drop(turns);
                        then(Err(error));
                    }
                    None => then(Ok(turns)),
                }
            });
        });
    }
}

impl<K: Key, V: Value> Turns<K, V> {
    /// Some turns, by their places, have become writes. The others are given up, and the place is kept.
    pub(super) fn hand_over(&mut self, written: &[usize]) {
        let written: HashSet<_> = written.iter().collect();
        let spots = std::mem::take(&mut self.spots).into_iter().enumerate();
        let (handed, left): (Vec<_>, Vec<_>) =
            spots.partition(|(place, _)| written.contains(place));
        self.spots = left.into_iter().map(|(_, spot)| spot).collect();
        for spot in handed {
            caught(|| drop(spot));
        }
        self.give_up();
    }

    fn give_up(&mut self) {
        for InLine { n, hash, key } in self.spots.drain(..) {
            self.shared.step(n, |shard, effects| {
                if let Some(at) = shard.find(hash, &key) {
                    shard.leave_line(at, effects);
                }
            });
        }
    }
}

impl<K: Key, V: Value> Drop for Turns<K, V> {
    fn drop(&mut self) {
        self.give_up();
    }
}
