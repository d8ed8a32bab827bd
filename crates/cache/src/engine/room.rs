//! Waiting for room among the dirty, or being refused.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Done, Key, Result, Value};

use super::budget::{Room, Writer};
use super::shared::Shared;
use crate::settings::WhenFull;

impl<K: Key, V: Value> Shared<K, V> {
    /// Waits for room, or is refused, as the settings say. A caller who has gone by the time there
    /// is room is passed over: his write was never accepted.
    pub(crate) fn room_or_busy<T: Send + 'static>(
        self: &Arc<Self>,
        need: Room,
        done: Done<T>,
        go: impl FnOnce(Done<T>, Room) + Send + 'static,
    ) {
        if self.parts.settings.when_full == WhenFull::Refuse {
            self.counters.busy.add(1);
            self.flush_now();
            return done.complete(Err(self.budget.busy(self.room_expected())));
        }
        self.counters.waits.add(1);
        let caller = Caller { shared: Arc::clone(self), done, go };
        if let Err(caller) = self.budget.wait(need, caller) {
            self.counters.busy.add(1);
            caller.done.complete(Err(self.budget.busy(self.room_expected())));
        }
        self.flush_now();
    }

    /// When there may be room again: the next batch has had time to be stored by then.
    pub(super) fn room_expected(&self) -> Duration {
        self.parts.settings.retry_delay_min
    }
}

/// Who waits, and how he goes on.
struct Caller<K: Key, V: Value, T, F> {
    shared: Arc<Shared<K, V>>,
    done: Done<T>,
    go: F,
}

impl<K: Key, V: Value, T, F> Writer for Caller<K, V, T, F>
where
    F: FnOnce(Done<T>, Room) + Send,
    Done<T>: Send,
{
    fn go(self: Box<Self>, room: Result<Room>) {
        let Self { shared, done, go } = *self;
        match room {
            Ok(room) if done.is_abandoned() => shared.budget.give_back(room, 0),
            Ok(room) => go(done, room),
            Err(error) => done.complete(Err(error)),
        }
    }

    fn is_gone(&self) -> bool {
        self.done.is_abandoned()
    }
}
