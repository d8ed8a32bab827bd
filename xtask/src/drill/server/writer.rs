//! One client that writes one key after the other, on a disk that may be full.

use std::io::ErrorKind;
use std::time::Duration;

use super::answer::Answer;
use super::command::Command;
use super::dice::Dice;
use super::key::Key;
use super::wire::Wire;
use crate::failure::{Failure, Result};

/// Longer than this no write waits that is not held up by the disk.
const STALL: Duration = Duration::from_secs(3);

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    /// It did not happen.
    Refused,
    /// It may have happened.
    Unknown,
    /// It is not answered yet.
    HeldUp,
}

/// One client that writes one key after the other.
pub(super) struct Writer {
    pub(super) keys: Vec<Key>,
    dice: Dice,
    /// The write that is held up: its key and its answer.
    due: Option<(usize, Answer)>,
    said: String,
}

impl Writer {
    pub(super) fn new(keys: usize, dice: Dice) -> Self {
        let keys = (0..keys).map(|at| Key::new(format!("key{at}").into_bytes())).collect();
        Self { keys, dice, due: None, said: String::new() }
    }

    /// What the server said last that was no success.
    pub(super) fn said(&self) -> &str {
        &self.said
    }

    /// Writes some key.
    pub(super) fn write(&mut self, wire: &mut Wire, is_large: bool) -> Result<Outcome> {
        let at = usize::try_from(self.dice.roll(self.keys.len() as u64)).unwrap_or_default();
        let key = &mut self.keys[at];
        // What is not certain says nothing about what follows from it.
        let command = if is_large || !key.is_certain() {
            Command::absolute(&key.name, is_large, &mut self.dice)
        } else {
            Command::any(&key.name, key.newest(), &mut self.dice)
        };
        wire.send(&command.bytes).map_err(|error| Failure::to("write", error))?;
        key.send(command.state);
        self.due = Some((at, command.answer));
        wire.set_patience(STALL).map_err(|error| Failure::to("set the time-out", error))?;
        self.take(wire)
    }

    /// Waits for what is held up.
    pub(super) fn finish(&mut self, wire: &mut Wire) -> Result<Outcome> {
        wire.set_patience(Wire::PATIENCE)
            .map_err(|error| Failure::to("set the time-out", error))?;
        self.take(wire)
    }

    fn take(&mut self, wire: &mut Wire) -> Result<Outcome> {
        let Some((at, right)) = self.due.take() else { return Ok(Outcome::Done) };
        let answer = match wire.answer() {
            Ok(answer) => answer,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                self.due = Some((at, right));
                return Ok(Outcome::HeldUp);
            }
            Err(error) => return Err(Failure::to("hear what became of a write", error)),
        };
        let key = &mut self.keys[at];
        if answer == right {
            key.conclude();
            return Ok(Outcome::Done);
        }
        let Answer::Error(said) = &answer else {
            let (answer, right) = (answer.short(), right.short());
            return Err(Failure::new(format!("the server answered {answer}, not {right}")));
        };
        self.said.clone_from(said);
        match said.split(' ').next() {
            Some("UNKNOWN") => Ok(Outcome::Unknown),
            Some("BUSY" | "ERR") => {
                key.undo();
                Ok(Outcome::Refused)
            }
            _ => Err(Failure::new(format!("the server answered {said}"))),
        }
    }
}
