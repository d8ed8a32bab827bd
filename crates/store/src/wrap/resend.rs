//! One batch on its way through a retrying store.

use std::sync::Arc;

use super::backoff::Backoff;
use super::retry::Retrying;
use crate::backing::{Key, Value};
use crate::batch::{Batch, Condition};
use crate::done::Done;
use crate::error::{ErrorKind, Result};
use crate::outcome::Outcome;

pub(super) struct Resend<K, V> {
    retrying: Arc<Retrying<K, V>>,
    backoff: Backoff,
    batch: Arc<Batch<K, V>>,
    /// What is sent next: the batch, or what is left of it.
    sent: Arc<Batch<K, V>>,
    /// Where the writes of `sent` stand in the batch.
    positions: Vec<usize>,
    /// What is known of each write of the batch; nothing before the first answer.
    outcomes: Vec<Outcome>,
    done: Done<Vec<Outcome>>,
}

impl<K: Key, V: Value> Resend<K, V> {
    pub(super) fn new(
        retrying: Arc<Retrying<K, V>>,
        batch: Arc<Batch<K, V>>,
        done: Done<Vec<Outcome>>,
    ) -> Self {
        let backoff = Backoff::new(retrying.policy);
        let sent = Arc::clone(&batch);
        let positions = (0..batch.ops.len()).collect();
        Self { retrying, backoff, batch, sent, positions, outcomes: Vec::new(), done }
    }

    pub(super) fn send(self) {
        let store = Arc::clone(&self.retrying.store);
        let sent = Arc::clone(&self.sent);
        store.apply(sent, Done::call(move |answer| self.answered(answer)));
    }

    fn answered(mut self, answer: Result<Vec<Outcome>>) {
        let answers = Outcome::of_answer(answer, self.positions.len());
        let left = self.left(&answers);
        let asked = left.iter().filter_map(|(_, asked)| *asked).max();
        self.merge(answers);
        if left.is_empty() {
            return self.done.complete(Ok(self.outcomes));
        }
        let Some(delay) = self.backoff.next(&*self.retrying.seams.random, asked) else {
            return self.done.complete(Ok(self.outcomes));
        };
        self.narrow(left.into_iter().map(|(position, _)| position).collect());
        let clock = Arc::clone(&self.retrying.seams.clock);
        clock.after(delay, Box::new(move || self.send()));
    }

    /// The positions of the writes to send again, each with the pause that the store asks for.
    fn left(&self, answers: &[Outcome]) -> Vec<(usize, Option<std::time::Duration>)> {
        let mut left = Vec::new();
        for (position, answer) in self.positions.iter().zip(answers) {
            let conditional = self.batch.ops[*position].condition != Condition::Always;
            match answer {
                Outcome::Retry(error) | Outcome::Unknown(error)
                    if error.kind() == ErrorKind::Closed => {}
                Outcome::Unknown(_) if conditional => {}
                Outcome::Retry(error) | Outcome::Unknown(error) => {
                    left.push((*position, error.retry_after()));
                }
                Outcome::Stored | Outcome::Refused(_) => {}
            }
        }
        let atomic = self.retrying.store.capabilities().atomic_batch;
        if atomic && left.len() < self.batch.ops.len() {
            left.clear();
        }
        left
    }

    fn merge(&mut self, answers: Vec<Outcome>) {
        if self.outcomes.is_empty() {
            self.outcomes = answers;
            return;
        }
        for (position, answer) in self.positions.iter().zip(answers) {
            let known = &mut self.outcomes[*position];
            *known = match (&*known, answer) {
                // The attempt before this one may have been applied, whatever this one says.
                (Outcome::Unknown(_), Outcome::Retry(error) | Outcome::Refused(error)) => {
                    Outcome::Unknown(error)
                }
                (_, answer) => answer,
            };
        }
    }

    /// Sends only `positions` from now on. What is sent again unchanged keeps its id.
    fn narrow(&mut self, positions: Vec<usize>) {
        if positions != self.positions {
            self.sent = self.retrying.remainders.of(&self.batch, &positions);
            self.positions = positions;
        }
    }
}
