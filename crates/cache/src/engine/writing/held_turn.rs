//! A key's turn in its line, as the modification or the transaction holds it that has got it.

use std::sync::Arc;

use forebay_store::{Key, Value};

use crate::engine::shared::Shared;
use crate::table::TurnId;

/// The turn of one key. Dropped, it is given up, also where foreign code has panicked.
///
/// As long as it lasts the entry is not freed. So the turn remembers where the entry is, and is given up without the code
/// of the key.
pub(in crate::engine) struct HeldTurn<K: Key, V: Value> {
    shared: Arc<Shared<K, V>>,
    n: usize,
    turn: TurnId,
    is_used: bool,
}

impl<K: Key, V: Value> HeldTurn<K, V> {
    /// This turn, in shard `n`, has come.
    pub(in crate::engine) fn of(shared: &Arc<Shared<K, V>>, n: usize, turn: TurnId) -> Self {
        Self { shared: Arc::clone(shared), n, turn, is_used: false }
    }

    /// Where the entry is in its shard.
    pub(in crate::engine) fn at(&self) -> u32 {
        self.turn.at
    }

    /// A write has taken its place in the line.
    pub(in crate::engine) fn used(mut self) {
        self.is_used = true;
    }
}

impl<K: Key, V: Value> Drop for HeldTurn<K, V> {
    fn drop(&mut self) {
        if !self.is_used {
            self.shared.step(self.n, |shard, effects| shard.leave_line(self.turn, effects));
        }
    }
}
