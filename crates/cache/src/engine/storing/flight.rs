//! One batch with the store, and what its outcomes mean.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Batch, Error, Key, Moment, Outcome, Result, Value};

use crate::engine::pressure::Landing;
use crate::engine::shared::Shared;
use crate::engine::trampoline::caught;
use crate::settings::WhenRefused;
use crate::table::{Effects, Picked, Shard};

/// So many outcomes are taken in one step, so that nobody waits long for the lock.
const STORED_AT_ONCE: u64 = 32;

#[derive(Debug)]
pub(crate) struct Flight<K, V> {
    pub(in crate::engine) number: u64,
    /// Where the writes of the batch came from, in its order.
    pub(in crate::engine) refs: Vec<Ref>,
    pub(in crate::engine) batch: Arc<Batch<K, V>>,
    /// Counts from 1.
    pub(in crate::engine) attempt: u32,
    /// When it was to be tried again, if it went before that as a probe.
    pub(in crate::engine) due: Option<Moment>,
    /// It failed before while the store took others: nobody else waits for it (G8).
    pub(in crate::engine) is_sick: bool,
    /// How long its last attempt took.
    pub(in crate::engine) took: Duration,
    /// The store takes all of it, or none.
    pub(in crate::engine) is_group: bool,
}

/// Where a write came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ref {
    pub(in crate::engine) n: usize,
    pub(in crate::engine) at: u32,
    pub(in crate::engine) version: u64,
    pub(in crate::engine) is_through: bool,
    pub(in crate::engine) dirtied_at: Moment,
    pub(in crate::engine) weight: u32,
}

/// A picked write and its shard.
#[derive(Debug)]
pub(crate) struct Item<K, V> {
    pub(in crate::engine) n: usize,
    pub(in crate::engine) picked: Picked<K, V>,
}

impl<K, V> Picked<K, V> {
    pub(in crate::engine) fn reference(&self, n: usize) -> Ref {
        Ref {
            n,
            at: self.at,
            version: self.op.version,
            is_through: self.is_through,
            dirtied_at: self.dirtied_at,
            weight: self.weight,
        }
    }
}

impl<K: Key, V: Value> Shared<K, V> {
    pub(in crate::engine) fn flight_ended(
        self: &Arc<Self>,
        mut flight: Flight<K, V>,
        result: Result<Vec<Outcome>>,
    ) {
        let count = flight.refs.len();
        let (outcomes, is_whole) = match result {
            Ok(outcomes) if outcomes.len() == count => (outcomes, false),
            Ok(outcomes) => {
                let message =
                    format!("the store answered {} outcomes for {count} writes", outcomes.len());
                (vec![Outcome::Unknown(Error::unknown(message)); count], true)
            }
            Err(error) => (vec![Outcome::of_error(&error); count], true),
        };
        self.note_health(&mut flight, &outcomes);
        // An atomic batch stands and falls together, so no failure in it is one write's own.
        let is_joint = count > 1 && (is_whole || self.flusher.is_atomic);
        caught(|| {
            if flight.is_group {
                self.group_ended(&flight, outcomes);
            } else if flight.refs[0].is_through {
                self.through_flight_ended(&flight, outcomes, is_joint);
            } else {
                self.behind_flight_ended(flight, outcomes, is_joint);
            }
        });
        self.flight_over();
    }

    /// The last step of a flight, however it ended.
    pub(in crate::engine) fn flight_over(self: &Arc<Self>) {
        self.note_extent();
        self.flusher.state.lock().in_flight -= 1;
        self.pump();
        self.drained();
    }

    fn note_health(self: &Arc<Self>, flight: &mut Flight<K, V>, outcomes: &[Outcome]) {
        let is_answering =
            outcomes.iter().any(|outcome| matches!(outcome, Outcome::Stored | Outcome::Refused(_)));
        let now = self.parts.seams.clock.now();
        let stored = outcomes.iter().filter(|outcome| outcome.is_stored()).count();
        let mut state = self.flusher.state.lock();
        let is_back = is_answering && state.breaker.answered();
        let is_told = self.note_pace(&mut state, flight, now, stored, is_back);
        if stored > 0 {
            state.landing = Some(Landing { writes: stored as u64, took: flight.took });
        }
        if is_answering {
            state.answered_at = now;
            if is_back {
                // The store is back: what waits for its back-off need not wait longer.
                state.parking.kick_all(now);
            }
        } else if flight.attempt == 1 || state.breaker.is_doubtful() {
            // A repeated attempt says something about its own writes only (G8), unless the store
            // is down anyway, or was when it was last heard of.
            let longest = self.flusher.pace.probe_delay_max;
            state.breaker.failed(now, |failures| self.back_off(failures).min(longest));
            let is_down = state.breaker.is_down();
            drop(state);
            if is_down {
                let cause = outcomes.first().cloned().and_then(|first| first.into_result().err());
                self.abort_flush(flight.number, cause.as_ref());
                self.see_mode();
            }
            return self.tell(is_told);
        }
        drop(state);
        self.tell(is_told);
        if is_back || is_told {
            self.see_mode();
        }
    }

    fn through_flight_ended(
        self: &Arc<Self>,
        flight: &Flight<K, V>,
        outcomes: Vec<Outcome>,
        is_joint: bool,
    ) {
        for (item, outcome) in flight.refs.iter().zip(outcomes) {
            let is_unknown = matches!(outcome, Outcome::Unknown(_));
            self.note_outcome(&outcome);
            let absence = self.absence();
            self.step(item.n, |shard, effects| {
                if is_joint && !outcome.is_stored() && !shard.has_ended {
                    shard.send_alone(item.at, item.version, is_unknown, effects);
                } else {
                    let result = outcome.into_result();
                    shard.through_ended(item.at, item.version, result, absence, effects);
                }
            });
        }
    }

    fn behind_flight_ended(
        self: &Arc<Self>,
        flight: Flight<K, V>,
        outcomes: Vec<Outcome>,
        is_joint: bool,
    ) {
        let refused =
            outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Refused(_))).count();
        if is_joint && refused == outcomes.len() {
            // Somebody in it is refused: halve it until he is alone (G8).
            return self.split(&flight, outcomes);
        }
        let has_culprit = is_joint && refused > 0;
        let queues = self.parts.settings.when_refused == WhenRefused::Queue;
        let (mut left, mut spots) = (Vec::new(), Vec::new());
        // In the order of the batch, whatever becomes of them: a flight that goes again has its batch.
        let mut ended = flight.refs.iter().zip(outcomes).peekable();
        while let Some((item, outcome)) = ended.next() {
            self.note_outcome(&outcome);
            match outcome {
                Outcome::Stored => {
                    let absence = self.absence();
                    self.step_beside_fresh(item.n, |shard, effects| {
                        shard.stored(item.at, item.version, absence, effects);
                        let mut stored = 1;
                        // Its neighbours of the same shard take no lock of their own.
                        let is_next =
                            |next: &(&Ref, Outcome)| next.0.n == item.n && next.1.is_stored();
                        while stored < STORED_AT_ONCE
                            && let Some((next, _)) = ended.next_if(is_next)
                        {
                            shard.stored(next.at, next.version, absence, effects);
                            stored += 1;
                        }
                        // Before the step answers anybody, who may look.
                        self.counters.stored.add(stored - 1);
                    });
                }
                Outcome::Refused(cause) => {
                    let is_placed = self.step(item.n, |shard, effects| {
                        if queues {
                            let print = shard.print(item.at);
                            spots.extend(print.map(|print| (item.n, print.bits())));
                        }
                        shard.refused(item.at, item.version, &cause, &self.budget, effects)
                    });
                    if !is_placed {
                        left.push((*item, cause));
                    }
                }
                Outcome::Retry(cause) | Outcome::Unknown(cause) => left.push((*item, cause)),
                other => left.push((*item, unheard_of(&other))),
            }
        }
        // Who writes a key that was refused waits behind that, in quarantine, and needs no room here.
        self.budget.recall(&spots);
        if has_culprit {
            // The others were only in bad company; that was no attempt of theirs.
            self.park_innocent(&flight, &left);
        } else {
            self.park(flight, &left);
        }
    }

    pub(in crate::engine) fn note_outcome(&self, outcome: &Outcome) {
        let counters = &self.counters;
        let counter = match outcome {
            Outcome::Stored => &counters.stored,
            Outcome::Refused(_) => &counters.refused,
            Outcome::Unknown(_) => &counters.unknown,
            _ => &counters.retried,
        };
        counter.add(1);
    }
}

#[cold]
fn unheard_of(outcome: &Outcome) -> Error {
    Error::unknown(format!("an outcome that this version does not know: {outcome:?}"))
}

/// Records a failed attempt: the write waits in flight `parked`.
pub(in crate::engine) fn fail<K: Key, V: Value>(
    shard: &mut Shard<K, V>,
    item: &Ref,
    cause: &Error,
    flight: u64,
    parked: u64,
    effects: &mut Effects<K, V>,
) {
    shard.failed(item.at, item.version, item.dirtied_at, cause, (flight, parked), effects);
}
