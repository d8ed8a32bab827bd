//! Those who wait for room, in the order in which they came.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use forebay_store::{Done, Moment, Result};

use super::ask::{Claim, Rank};
use super::purpose::Purpose;
use super::room::Room;

/// Somebody in the line.
pub(super) struct Waiter {
    pub(super) bytes: u64,
    pub(super) purpose: Purpose,
    pub(super) rank: Rank,
    /// So much more than the budget may be taken for it.
    pub(super) exceed: u64,
    pub(super) since: Moment,
    pub(super) deadline: Moment,
    /// How many went before it although they came after it.
    pub(super) passed: u32,
    pub(super) end: End,
}

/// Who hears the answer.
#[derive(Clone)]
pub(super) enum End {
    Claim(Arc<dyn Claim>),
    /// A thread that blocks for it now.
    Thread(Arc<forebay_store::sync::Mutex<Option<Done<Room>>>>),
}

impl End {
    pub(super) fn thread(done: Done<Room>) -> Self {
        Self::Thread(Arc::new(forebay_store::sync::Mutex::new(Some(done))))
    }

    pub(super) fn is_wanted(&self) -> bool {
        match self {
            Self::Claim(claim) => claim.is_wanted(),
            Self::Thread(_) => true,
        }
    }

    pub(super) fn answer(self, room: Result<Room>) {
        match self {
            Self::Claim(claim) => claim.answer(room),
            Self::Thread(done) => {
                let done = done.lock().take();
                if let Some(done) = done {
                    done.complete(room);
                }
            }
        }
    }
}

/// Those who wait for room, in the order in which they came.
#[derive(Default)]
pub(super) struct Line {
    waiters: BTreeMap<u64, Waiter>,
    deadlines: BTreeSet<(Moment, u64)>,
    last: u64,
}

impl Line {
    /// How many may stand in it.
    pub(super) const MAX: usize = 65_536;
    /// So many behind the first are looked at when somebody may pass it.
    const SEEN: usize = 1_024;

    pub(super) fn len(&self) -> usize {
        self.waiters.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiters.is_empty()
    }

    /// At the end of the line. The number is how it is taken out.
    pub(super) fn push(&mut self, waiter: Waiter) -> u64 {
        self.last += 1;
        self.deadlines.insert((waiter.deadline, self.last));
        self.waiters.insert(self.last, waiter);
        self.last
    }

    pub(super) fn has(&self, number: u64) -> bool {
        self.waiters.contains_key(&number)
    }

    pub(super) fn head(&self) -> Option<&Waiter> {
        self.waiters.values().next()
    }

    pub(super) fn head_mut(&mut self) -> Option<&mut Waiter> {
        self.waiters.values_mut().next()
    }

    pub(super) fn pop(&mut self) -> Option<Waiter> {
        let (number, waiter) = self.waiters.pop_first()?;
        self.deadlines.remove(&(waiter.deadline, number));
        Some(waiter)
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<Waiter> {
        let waiter = self.waiters.remove(&number)?;
        self.deadlines.remove(&(waiter.deadline, number));
        Some(waiter)
    }

    /// The first behind the head that `fits`, loads before inserts.
    pub(super) fn behind(&self, fits: impl Fn(&Waiter) -> bool) -> Option<u64> {
        let first = |rank| {
            let mut behind = self.waiters.iter().skip(1).take(Self::SEEN);
            behind
                .find(|(_, waiter)| waiter.rank == rank && fits(waiter))
                .map(|(number, _)| *number)
        };
        first(Rank::Load).or_else(|| first(Rank::Insert))
    }

    /// Takes out who has waited for too long.
    pub(super) fn expired(&mut self, now: Moment) -> Vec<Waiter> {
        let mut expired = Vec::new();
        while let Some(&(deadline, number)) = self.deadlines.first() {
            if deadline > now {
                break;
            }
            expired.extend(self.remove(number));
        }
        expired
    }

    /// Takes out all for whom `is_wrong` says so.
    pub(super) fn take_if(&mut self, is_wrong: impl Fn(&Waiter) -> bool) -> Vec<Waiter> {
        let wrong = self.waiters.iter().filter(|(_, waiter)| is_wrong(waiter));
        let numbers: Vec<u64> = wrong.map(|(number, _)| *number).collect();
        numbers.into_iter().filter_map(|number| self.remove(number)).collect()
    }

    /// The first `most`, by number.
    pub(super) fn first(&self, most: usize) -> Vec<(u64, End)> {
        self.waiters
            .iter()
            .take(most)
            .map(|(number, waiter)| (*number, waiter.end.clone()))
            .collect()
    }

    pub(super) fn earliest(&self) -> Option<Moment> {
        self.deadlines.first().map(|(deadline, _)| *deadline)
    }
}
