//! One client of the load, over the lives of the server.

use std::net::SocketAddr;

use super::answer::Answer;
use super::command::Command;
use super::dice::Dice;
use super::key::Key;
use super::model::SHARED;
use super::wire::{Wire, encode};
use crate::failure::{Failure, Result};

/// One client of the load. Nobody else writes its keys.
pub(super) struct Client {
    pub(super) keys: Vec<Key>,
    pub(super) counts: Counts,
    dice: Dice,
    rung: &'static str,
    pub(super) acknowledged: u64,
    /// Flushes that were answered with an error.
    pub(super) unflushed: u64,
}

/// What it knows of the key that all clients count up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// How often it was sent, since the key was looked at.
    pub(super) sent: i64,
    /// The highest number that is there for good.
    pub(super) kept: i64,
    /// The highest number that was answered.
    answered: i64,
}

impl Counts {
    pub(super) fn restart(&mut self, found: i64) {
        *self = Self { sent: 0, kept: found, answered: found };
    }
}

/// What is waited for.
enum Due {
    /// A write of this key.
    Write(usize, Answer),
    /// A read.
    Read(Answer),
    /// The shared counter.
    Count,
    /// What was answered before is stored.
    Flush,
}

impl Client {
    pub(super) fn new(number: usize, keys: usize, rung: &'static str, dice: Dice) -> Self {
        let keys = (0..keys).map(|key| Key::new(format!("c{number}:{key}").into_bytes()));
        Self {
            keys: keys.collect(),
            counts: Counts::default(),
            dice,
            rung,
            acknowledged: 0,
            unflushed: 0,
        }
    }

    /// Asks for its rung and works until the server is gone. A wrong answer is a failure.
    pub(super) fn work(&mut self, address: SocketAddr) -> Result {
        let Ok(mut wire) = Wire::connect(address) else { return Ok(()) };
        let rung = if self.rung == "mixed" { "stored" } else { self.rung };
        if wire.send(&choose(rung)).is_err() || wire.answer().is_err() {
            return Ok(());
        }
        while self.batch(&mut wire)? {}
        Ok(())
    }

    /// Sends some commands and takes their answers; `false` once the server is gone.
    pub(super) fn batch(&mut self, wire: &mut Wire) -> Result<bool> {
        let (mut bytes, mut due) = (Vec::new(), Vec::new());
        if self.rung == "mixed" {
            // What goes through must not be undone by what is older in the journal.
            let rung = *self.dice.pick(&["journaled", "synced", "stored"]);
            bytes.extend(choose(rung));
            due.push(Due::Read(Answer::Simple("OK".into())));
        }
        for _ in 0..=self.dice.roll(16) {
            self.push(&mut bytes, &mut due);
        }
        // What is only in memory is worth nothing without it.
        if self.rung == "memory" && self.dice.roll(8) == 0 {
            bytes.extend(encode(&[b"FOREBAY.FLUSH"]));
            due.push(Due::Flush);
        }
        if wire.send(&bytes).is_err() {
            return Ok(false);
        }
        for due in due {
            let Ok(answer) = wire.answer() else { return Ok(false) };
            self.take(due, &answer)?;
        }
        Ok(true)
    }

    fn push(&mut self, bytes: &mut Vec<u8>, due: &mut Vec<Due>) {
        let at = usize::try_from(self.dice.roll(self.keys.len() as u64)).unwrap_or_default();
        let key = &mut self.keys[at];
        match self.dice.roll(12) {
            0 => {
                bytes.extend(encode(&[b"INCR", SHARED]));
                self.counts.sent += 1;
                due.push(Due::Count);
            }
            1 | 2 => {
                let value = key.newest().as_ref().map(|(value, _)| value.clone());
                bytes.extend(encode(&[b"GET", &key.name]));
                due.push(Due::Read(Answer::Bulk(value)));
            }
            _ => {
                let command = Command::any(&key.name, key.newest(), &mut self.dice);
                bytes.extend(command.bytes);
                key.send(command.state);
                due.push(Due::Write(at, command.answer));
            }
        }
    }

    fn take(&mut self, due: Due, answer: &Answer) -> Result {
        let is_kept = self.rung != "memory";
        match due {
            Due::Write(at, right) => {
                compare(&right, answer)?;
                self.keys[at].acknowledge(is_kept);
                self.acknowledged += 1;
            }
            Due::Read(right) => compare(&right, answer)?,
            Due::Count => {
                let Answer::Integer(number) = *answer else {
                    return compare(&Answer::Integer(self.counts.answered + 1), answer);
                };
                if number <= self.counts.answered {
                    let before = self.counts.answered;
                    let text = format!("the counter is {number} and was {before} before");
                    return Err(Failure::new(text));
                }
                self.counts.answered = number;
                self.counts.kept = if is_kept { number } else { self.counts.kept };
                self.acknowledged += 1;
            }
            // The journal had no room for the marks at that moment; it is tried again, and nothing is
            // lost.
            Due::Flush if matches!(answer, Answer::Error(text) if text.starts_with("ERR journal: ")) =>
            {
                self.unflushed += 1;
            }
            Due::Flush => {
                compare(&Answer::Simple("OK".into()), answer)?;
                self.keys.iter_mut().for_each(Key::settle);
                self.counts.kept = self.counts.answered;
            }
        }
        Ok(())
    }
}

/// The command that chooses a rung.
fn choose(rung: &str) -> Vec<u8> {
    encode(&[b"FOREBAY.DURABILITY", rung.as_bytes()])
}

fn compare(right: &Answer, answer: &Answer) -> Result {
    if right == answer {
        return Ok(());
    }
    let (answer, right) = (answer.short(), right.short());
    Err(Failure::new(format!("the server answered {answer} where {right} was due")))
}
