//! What a key may be, given what was answered.

use std::collections::VecDeque;

use super::answer::short;
use crate::failure::{Failure, Result};

/// What a key is: its value and when it expires, or nothing.
pub(super) type State = Option<(Vec<u8>, Option<u64>)>;

/// What a key may be: as after any of the writes from the last one that is certain on, and nothing
/// older. One client writes it, so its writes have an order.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) name: Vec<u8>,
    /// The first is certain, each other one a write that was sent after it.
    states: VecDeque<State>,
    /// So many after the first are answered, but at a rung that promises nothing.
    answered: usize,
}

impl Key {
    pub(super) fn new(name: Vec<u8>) -> Self {
        Self { name, states: VecDeque::from([None]), answered: 0 }
    }

    /// What it is if every write arrives.
    pub(super) fn newest(&self) -> &State {
        self.states.back().unwrap_or(&None)
    }

    /// Whether nothing but the newest is possible.
    pub(super) fn is_certain(&self) -> bool {
        self.states.len() == 1
    }

    /// A write was sent.
    pub(super) fn send(&mut self, state: State) {
        self.states.push_back(state);
    }

    /// The first write that was not answered is answered, and what it wrote is there for good if the
    /// rung promises that.
    pub(super) fn acknowledge(&mut self, is_kept: bool) {
        if is_kept {
            self.states.pop_front();
        } else {
            self.answered += 1;
        }
    }

    /// All that was answered is there for good.
    pub(super) fn settle(&mut self) {
        self.states.drain(..std::mem::take(&mut self.answered));
    }

    /// The newest write did not happen.
    pub(super) fn undo(&mut self) {
        self.states.pop_back();
    }

    /// The newest write happened, whatever became of those before it.
    pub(super) fn conclude(&mut self) {
        self.states.drain(..self.states.len() - 1);
        self.answered = 0;
    }

    /// This is what it is. It must be possible; from now on it is certain. Says whether it is the
    /// newest.
    pub(super) fn found(&mut self, found: State) -> Result<bool> {
        let Some(at) = self.states.iter().rposition(|state| *state == found) else {
            return Err(self.impossible(&found));
        };
        let is_newest = at + 1 == self.states.len();
        self.states = VecDeque::from([found]);
        self.answered = 0;
        Ok(is_newest)
    }

    fn impossible(&self, found: &State) -> Failure {
        let tell = |state: &State| match state {
            None => "nothing".to_owned(),
            Some((value, expires)) => format!("{} expiring {expires:?}", short(value)),
        };
        let possible: Vec<_> = self.states.iter().map(tell).collect();
        Failure::new(format!(
            "the key {} is {}; certain is only: {}",
            short(&self.name),
            tell(found),
            possible.join(", or then: ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "a key that is not there is a state, too")]
    fn state(text: &str) -> State {
        Some((text.as_bytes().to_vec(), None))
    }

    fn sent(states: &[&str]) -> Key {
        let mut key = Key::new(b"k".to_vec());
        for text in states {
            key.send(state(text));
        }
        key
    }

    #[test]
    fn a_key_is_its_last_answered_write_or_a_later_one_and_nothing_older() {
        let mut key = sent(&["1", "2", "3"]);
        key.acknowledge(true);
        key.acknowledge(true);
        for older in [None, state("1"), state("12"), Some((b"2".to_vec(), Some(1)))] {
            assert!(key.clone().found(older).is_err());
        }
        assert!(!key.clone().found(state("2")).unwrap());
        assert!(key.found(state("3")).unwrap());
        assert!(key.found(state("2")).is_err());
    }

    #[test]
    fn what_is_answered_without_a_promise_is_certain_once_it_is_settled() {
        let mut key = sent(&["1", "2", "3"]);
        key.acknowledge(false);
        key.acknowledge(false);
        assert!(key.clone().found(None).is_ok());
        key.settle();
        assert!(key.clone().found(state("1")).is_err());
        assert!(key.clone().found(state("2")).is_ok() && key.found(state("3")).is_ok());
    }

    #[test]
    fn what_did_not_happen_is_not_possible_and_what_is_unknown_is() {
        let mut key = sent(&["1"]);
        key.acknowledge(true);
        key.send(state("unknown"));
        key.send(state("refused"));
        key.undo();
        assert!(key.clone().found(state("refused")).is_err());
        assert!(
            key.clone().found(state("1")).is_ok() && key.clone().found(state("unknown")).is_ok()
        );
        key.send(state("2"));
        key.conclude();
        assert!(key.is_certain() && key.clone().found(state("1")).is_err());
    }
}
