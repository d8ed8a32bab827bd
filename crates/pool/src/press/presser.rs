//! Whoever presses: one at a time.

use std::fmt;
use std::sync::{Arc, Weak};

use forebay_store::sync::Mutex;
use forebay_store::{Moment, Result};

use super::desk::{Desk, Turn};
use super::round::Outcome;
use super::trouble::Trouble;
use crate::budget::{Cause, Press};
use crate::inner::Inner;
use crate::lanes::trampoline;

/// Makes room: evicts what is saved, writes what is not, and says who is in the way.
///
/// It looks at what there is and not at what has changed: one thread at a time presses, and whoever
/// wants to meanwhile has it look once more. As long as somebody waits for room it looks again by a
/// timer, so that no wake-up that is missed costs more than a moment.
pub(crate) struct Presser {
    pub(super) me: Weak<Self>,
    inner: Weak<Inner>,
    pub(super) desk: Mutex<Desk>,
}

impl Presser {
    /// So often one thread looks again for others, before a job does.
    const ROUNDS: usize = 4;

    pub(crate) fn new(inner: Weak<Inner>) -> Arc<Self> {
        Arc::new_cyclic(|me| {
            let me = me.clone();
            Self { me, inner, desk: Mutex::default() }
        })
    }

    pub(super) fn inner(&self) -> Option<Arc<Inner>> {
        self.inner.upgrade()
    }

    /// Has somebody else press, for those who must not run what others drop: whoever lets go of something,
    /// a guard, a handle, room.
    pub(crate) fn kick(&self) {
        let Some(inner) = self.inner() else { return };
        let rests_until = self.desk.lock().rests_until;
        if rests_until != Moment::default() {
            let now = inner.seams.clock.now();
            if now < rests_until {
                return self.kick_at(&inner, now, rests_until);
            }
        }
        self.send(&inner);
    }

    /// Sends for a job that presses, unless one is on its way, or somebody presses: he looks once more.
    pub(super) fn send(&self, inner: &Inner) {
        let (spawn, me) = (Arc::clone(&inner.seams.spawn), self.me.clone());
        trampoline::run(move || {
            // Not before: what this thread does first may take long, and nobody else would send meanwhile.
            if me.upgrade().is_some_and(|presser| presser.desk.lock().want()) {
                let kick = Kick(Some(me));
                spawn.run(Box::new(move || kick.press()));
            }
        });
    }

    /// How a write to the medium has ended. What the medium could not do holds up all writes for a
    /// while; the first that it does lets all go on.
    pub(crate) fn wrote(&self, outcome: &Result<()>) {
        let Some(inner) = self.inner() else { return };
        let error = outcome.as_ref().err();
        if error.is_some_and(|error| !Trouble::is_of_medium(error)) {
            return;
        }
        let trouble = error.map(|error| {
            let (now, drawn) = (inner.seams.clock.now(), inner.seams.random.next_u64());
            (error.clone(), now, drawn)
        });
        let before = {
            let mut desk = self.desk.lock();
            let last = desk.trouble.take();
            desk.trouble = trouble.map(|(error, now, drawn)| match &last {
                // Writes that had begun before the first has failed say nothing new.
                Some(known) if now < known.not_before => known.clone(),
                last => Trouble::after(last.as_ref(), error, now, drawn),
            });
            last
        };
        drop(before);
    }

    /// What it has begun to write.
    #[cfg(test)]
    pub(super) fn flight(&self) -> super::desk::Flight {
        self.desk.lock().flight
    }

    /// Takes the turn, or has who has it look once more.
    fn begin(&self) -> bool {
        let mut desk = self.desk.lock();
        let is_free = desk.turn == Turn::Free;
        desk.turn = if is_free { Turn::Taken } else { Turn::WantedAgain };
        is_free
    }

    /// Gives the turn back, unless somebody wanted to press meanwhile.
    fn end(&self, outcome: Outcome, rounds: usize) -> Ended {
        let mut desk = self.desk.lock();
        let ended = match (desk.turn, outcome) {
            (_, Outcome::More) => Ended::Job,
            (Turn::WantedAgain, _) if rounds >= Self::ROUNDS => Ended::Job,
            (Turn::WantedAgain, _) => Ended::Again,
            (Turn::Free | Turn::Taken, _) => Ended::Over,
        };
        desk.turn = if ended == Ended::Again { Turn::Taken } else { Turn::Free };
        ended
    }
}

/// What follows a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Over,
    Again,
    /// This thread has done enough: it may be the end of a write that is to go on itself.
    Job,
}

impl Press for Presser {
    fn press(&self) {
        let Some(inner) = self.inner() else { return };
        if !self.begin() {
            return;
        }
        let mut held = Held(Some(self));
        for rounds in 1.. {
            let outcome = self.round(&inner);
            let ended = self.end(outcome, rounds);
            if ended == Ended::Again {
                continue;
            }
            held.0 = None;
            if ended == Ended::Job {
                self.send(&inner);
            }
            return;
        }
    }

    fn attempt(&self, is_wanted: &dyn Fn() -> bool) {
        self.press();
        self.evict_beside(is_wanted);
    }

    fn why(&self) -> Option<Cause> {
        let inner = self.inner()?;
        let (trouble, is_stuck) = {
            let desk = self.desk.lock();
            (desk.trouble.clone(), desk.is_stuck)
        };
        match trouble {
            Some(trouble) => Some(Cause::Medium(trouble.error)),
            None => is_stuck.then(|| Cause::AllPinned(self.in_the_way(&inner))),
        }
    }
}

/// The turn. A panic gives it back, and whoever waits is looked after by the timer.
struct Held<'a>(Option<&'a Presser>);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(presser) = self.0 {
            presser.desk.lock().turn = Turn::Free;
            trampoline::caught(|| presser.look_again(true));
        }
    }
}

/// A job that presses. If it is thrown away, the next look is by a timer.
struct Kick(Option<Weak<Presser>>);

impl Kick {
    fn press(mut self) {
        if let Some(presser) = self.0.take().and_then(|presser| presser.upgrade()) {
            presser.desk.lock().is_kicked = false;
            presser.press();
        }
    }
}

impl Drop for Kick {
    fn drop(&mut self) {
        if let Some(presser) = self.0.take().and_then(|presser| presser.upgrade()) {
            presser.desk.lock().is_kicked = false;
            presser.look_again(true);
        }
    }
}

impl fmt::Debug for Presser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presser").field("desk", &*self.desk.lock()).finish_non_exhaustive()
    }
}
