//! Whether the operations on one key can be put into one order that explains all answers, each
//! operation somewhere between its begin and its end.
//!
//! A search after Wing and Gong, with Lowe's memory of what was tried: an operation may come next
//! if no other that is still missing had ended before it began. One without an end may come at any
//! later time, or never. Writes are unique, so a read names the write that it saw.

use std::collections::HashSet;

use crate::history::{Act, Event, History};
use crate::value::{Name, Tag};

/// What the search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// There is such an order.
    Explained,
    /// There is none.
    Impossible,
    /// The search became too long.
    Undecided,
}

/// Steps after which a search gives up.
const STEPS_MAX: usize = 300_000;

/// Checks one key, absent at first.
pub fn check(history: &History, events: &[Event]) -> Finding {
    let mut events: Vec<&Event> =
        events.iter().filter(|event| matters(history, event, events)).collect();
    events.sort_by_key(|event| event.begin);
    let words = events.len().div_ceil(64);
    let mut search =
        Search { history, events, placed: vec![0; words], tried: HashSet::new(), steps: 0 };
    match search.go(None) {
        _ if search.steps > STEPS_MAX => Finding::Undecided,
        true => Finding::Explained,
        false => Finding::Impossible,
    }
}

/// The keys whose operations nothing explains, and how many keys were too hard.
pub fn check_all(history: &History) -> (Vec<Name>, usize) {
    let findings: Vec<_> =
        history.keys().map(|(key, events)| (key, check(history, events))).collect();
    let count = findings.iter().filter(|found| found.1 == Finding::Undecided).count();
    let bad = findings.into_iter().filter(|found| found.1 == Finding::Impossible);
    (bad.map(|found| found.0).collect(), count)
}

/// A write that may never have happened, and that nobody saw, explains nothing. What is over is
/// seen as absence.
fn matters(history: &History, event: &Event, events: &[Event]) -> bool {
    let seen = |tag: Tag| {
        history.expiry(tag).is_some()
            || events.iter().any(|other| match other.act {
                Act::Read(saw) | Act::Look(saw) | Act::Change(Some(saw), _) => saw == Some(tag),
                Act::Write(_) | Act::MayWrite(_) | Act::Change(None, _) => false,
            })
    };
    match event.act {
        Act::Read(_) | Act::Look(_) => event.end.is_some(),
        Act::Write(Some(tag)) | Act::Change(_, Some(tag)) => event.end.is_some() || seen(tag),
        Act::Write(None) | Act::MayWrite(_) | Act::Change(_, None) => true,
    }
}

struct Search<'a> {
    history: &'a History,
    events: Vec<&'a Event>,
    /// A bit for each event that has its place.
    placed: Vec<u64>,
    tried: HashSet<(Vec<u64>, Option<Tag>)>,
    steps: usize,
}

impl Search<'_> {
    /// Whether the rest can be ordered after the key is `now`.
    fn go(&mut self, now: Option<Tag>) -> bool {
        self.steps += 1;
        if self.steps > STEPS_MAX {
            return false;
        }
        let mut free = Vec::new();
        // A read that fits may as well come at once: it changes nothing.
        while let Some(read) =
            self.candidates().into_iter().find(|&at| self.is_fitting_read(at, now))
        {
            self.flip(read);
            free.push(read);
        }
        let found = self.try_writes(now);
        if !found {
            for at in free {
                self.flip(at);
            }
        }
        found
    }

    fn try_writes(&mut self, now: Option<Tag>) -> bool {
        let missing = |at: usize| self.events[at].end.is_some() && !self.is_placed(at);
        if !(0..self.events.len()).any(missing) {
            return true;
        }
        if !self.tried.insert((self.placed.clone(), now)) {
            return false;
        }
        for at in self.candidates() {
            let next = match self.events[at].act {
                Act::Read(_) | Act::Look(_) => continue,
                Act::Write(next) | Act::MayWrite(next) | Act::Change(None, next) => next,
                Act::Change(Some(before), next) => {
                    if !self.looks_like(self.events[at], now, before) {
                        continue;
                    }
                    next
                }
            };
            self.flip(at);
            let is_optional = matches!(self.events[at].act, Act::MayWrite(_));
            if self.go(next) || (is_optional && self.go(now)) {
                return true;
            }
            self.flip(at);
        }
        false
    }

    /// The events that may come next.
    fn candidates(&self) -> Vec<usize> {
        let missing = (0..self.events.len()).filter(|&at| !self.is_placed(at));
        let first_end = missing.clone().filter_map(|at| self.events[at].end).min();
        let first_end = first_end.unwrap_or(u64::MAX);
        missing.filter(|&at| self.events[at].begin < first_end).collect()
    }

    fn is_fitting_read(&self, at: usize, now: Option<Tag>) -> bool {
        let event = self.events[at];
        match event.act {
            Act::Read(saw) => self.looks_like(event, now, saw),
            Act::Look(saw) => now == saw,
            Act::Write(_) | Act::MayWrite(_) | Act::Change(..) => false,
        }
    }

    /// Whether `event` may see `saw` when the key is `now`: what was over by its end may look
    /// absent, also when the date has jumped back since, and what was over all the time must.
    fn looks_like(&self, event: &Event, now: Option<Tag>, saw: Option<Tag>) -> bool {
        let expiry = now.and_then(|tag| self.history.expiry(tag));
        match expiry {
            Some(over) if saw.is_none() => over <= self.history.dates.latest(event.end_at),
            Some(over) => {
                now == saw && self.history.dates.earliest(event.begin_at, event.end_at) < over
            }
            None => now == saw,
        }
    }

    fn is_placed(&self, at: usize) -> bool {
        self.placed[at / 64] & (1 << (at % 64)) != 0
    }

    fn flip(&mut self, at: usize) {
        self.placed[at / 64] ^= 1 << (at % 64);
    }
}
