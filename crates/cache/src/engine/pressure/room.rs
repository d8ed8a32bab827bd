//! Waiting for room among the dirty, or being refused.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Done, Error, Key, Moment, Result, Value};

use super::budget::Room;
use super::line::{Account, Spot, Writer};
use super::waiters::{Ask, Distance};
use crate::engine::shared::Shared;
use crate::engine::trampoline;
use crate::settings::WhenFull;

/// The account of a write, and until when it waits for room, if that is known already.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asker {
    pub(crate) account: Account,
    pub(crate) until: Option<Moment>,
    /// Its number by arrival, once it has waited.
    pub(crate) number: Option<u64>,
    /// It has waited, and had its turn.
    pub(crate) is_again: bool,
    /// The key, if it is one.
    pub(crate) spot: Option<Spot>,
}

/// How many writes the store took last, and for how long it had them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Landing {
    pub(in crate::engine) writes: u64,
    pub(in crate::engine) took: Duration,
}

impl From<Account> for Asker {
    fn from(account: Account) -> Self {
        Self { account, ..Self::default() }
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    /// Waits for room, or is refused, as the settings say. A writer whose caller has gone by the time there
    /// is room is passed over: its write was never accepted. Nor is a write that has waited for as long as it may.
    pub(crate) fn room_or_busy<T: Send + 'static>(
        self: &Arc<Self>,
        need: Room,
        asker: Asker,
        done: Done<T>,
        go: impl FnOnce(Done<T>, Room) + Send + 'static,
    ) {
        let account = asker.account;
        let since = self.parts.seams.clock.now();
        let Some(until) = self.patience(asker).filter(|until| *until > since) else {
            self.flush_now();
            return done.complete(Err(self.busy(need, account)));
        };
        self.counters.waits.add(1);
        let caller = Caller { shared: Arc::clone(self), account, since, done, go };
        let Asker { number, is_again, spot, .. } = asker;
        match self.budget.wait(Ask { need, spot, account, until, number, is_again }, caller) {
            Ok(()) => {
                self.see_to_line();
                self.turn_away_without_journal();
            }
            Err(caller) => caller.done.complete(Err(self.busy(need, account))),
        }
        self.flush_now();
    }

    /// Once the journal has failed no room will come any more. The writers that wait are told so, and so are those that get in
    /// line then.
    pub(in crate::engine) fn turn_away_without_journal(&self) {
        if let Err(why) = self.refuse_without_journal() {
            self.budget.turn_away(&why);
        }
    }

    /// A write is about to wait: from now on it is known until when, and behind whom. Says how it waits this time.
    pub(in crate::engine) fn wait_from_now(&self, asker: &mut Asker) -> Asker {
        asker.until = self.patience(*asker);
        asker.number.get_or_insert_with(|| self.budget.arrival());
        let is_again = std::mem::replace(&mut asker.is_again, true);
        Asker { is_again, ..*asker }
    }

    /// Until when a writer waits; `None` is not at all.
    pub(in crate::engine) fn patience(&self, asker: Asker) -> Option<Moment> {
        match self.parts.settings.when_full {
            WhenFull::Refuse => None,
            WhenFull::Wait { at_most } => {
                Some(asker.until.unwrap_or_else(|| self.parts.seams.clock.now().after(at_most)))
            }
        }
    }

    /// What a writer is told for whom there is no room.
    pub(in crate::engine) fn busy(&self, need: Room, account: Account) -> Error {
        self.counters.busy.add(1);
        self.budget.busy(self.room_in(need, account))
    }

    /// When there should be room for a writer that comes then.
    fn room_in(&self, need: Room, account: Account) -> Duration {
        const SHORTEST: Duration = Duration::from_millis(10);
        const LONGEST: Duration = Duration::from_secs(30);
        let now = self.parts.seams.clock.now();
        let (probe, landing) = {
            let state = self.flusher.state.lock();
            (state.breaker.next_probe(), state.landing)
        };
        // Nothing is known of the store before it has taken anything.
        let took = landing.map_or(self.parts.settings.retry_delay_min, |landing| landing.took);
        let expected = match (probe, landing) {
            (Some(probe), _) => probe.since(now) + took,
            (None, Some(landing)) => self.budget.distance(need, account).time(landing),
            (None, None) => took,
        };
        expected.clamp(SHORTEST, LONGEST)
    }

    /// When to try again what waits for something else than room among the dirty.
    pub(in crate::engine) fn room_expected(&self) -> Duration {
        self.parts.settings.retry_delay_min
    }

    /// Has somebody look at the line when the first in it has waited for as long as he may, and now and then
    /// before.
    fn see_to_line(self: &Arc<Self>) {
        let Some((now, due)) = self.budget.arm() else { return };
        let shared = Arc::downgrade(self);
        let job = Box::new(move || {
            let Some(shared) = shared.upgrade() else { return };
            let spawn = Arc::clone(&shared.parts.seams.spawn);
            // A caller that is told may run foreign code, and the clock has one thread.
            spawn.run(Box::new(move || shared.look_at_line(due)));
        });
        self.parts.seams.clock.after(due.since(now), job);
    }

    fn look_at_line(self: &Arc<Self>, due: Moment) {
        let Some(overdue) = self.budget.look(due) else { return };
        for waiting in overdue {
            let error = self.busy(waiting.need, waiting.account);
            trampoline::run(move || waiting.writer.go(Err(error)));
        }
        self.budget.grant();
        self.see_to_line();
    }
}

impl Distance {
    /// How long it takes to get there, if the store goes on as it did lately, or at least as with its last batch.
    fn time(self, landing: Landing) -> Duration {
        let Landing { writes, took } = landing;
        let mean = self.used.bytes / self.used.entries.max(1);
        let within = |per_second: u64| {
            let micros = u128::from(per_second) * took.as_micros();
            u64::try_from(micros / 1_000_000).unwrap_or(u64::MAX)
        };
        let landings = |missing: u64, batch: u64, per_second: u64| {
            missing.div_ceil(batch.max(within(per_second)).max(1))
        };
        let bytes = landings(self.missing.bytes, mean * writes, self.per_second.bytes);
        let entries = landings(self.missing.entries, writes, self.per_second.entries);
        let landings = bytes.max(entries).max(1);
        took.saturating_mul(u32::try_from(landings).unwrap_or(u32::MAX))
    }
}

/// A writer that waits: since when, and how it goes on.
struct Caller<K: Key, V: Value, T, F> {
    shared: Arc<Shared<K, V>>,
    account: Account,
    since: Moment,
    done: Done<T>,
    go: F,
}

impl<K: Key, V: Value, T, F> Writer for Caller<K, V, T, F>
where
    F: FnOnce(Done<T>, Room) + Send,
    Done<T>: Send,
{
    fn go(self: Box<Self>, room: Result<Room>) {
        let Self { shared, account, since, done, go } = *self;
        let waited = shared.parts.seams.clock.now().since(since).as_micros();
        shared.counters.wait_micros.add(u64::try_from(waited).unwrap_or(u64::MAX));
        match room {
            Ok(room) if done.is_abandoned() => {
                shared.budget.untake(room, account);
                shared.budget.give_back(room, 0);
            }
            Ok(room) => go(done, room),
            Err(error) => done.complete(Err(error)),
        }
    }

    fn is_gone(&self) -> bool {
        self.done.is_abandoned()
    }
}
