//! Lending a value to the one who wants to change it.

use std::sync::Arc;
use std::time::Duration;

use forebay_counted::Counted;
use forebay_store::{Done, Error, Result};

use super::desk::{Desk, Memory};
use super::effects::{Answer, Effects};
use super::held::Held;
use super::lent::Lent;
use super::load::Begun;
use super::object_slot::Slot;
use super::reader::Want;
use super::saver::gone;
use crate::inner::closed;
use crate::object::Object;

impl<T: Object> Slot<T> {
    /// The value, if it is in memory and nobody else has to do with it.
    pub(crate) fn lend_now(self: &Arc<Self>) -> Option<Lent<T>> {
        let held = self.step(|desk, effects| {
            let is_idle = desk.holds == 0 && self.handles() == 1 && desk.is_unlooked();
            is_idle.then(|| desk.take_for_change(effects))
        })?;
        Some(Lent::of(self, held?))
    }
}

impl<T: Object> Desk<T> {
    /// Lends the value, or notes who wants it. A load that this begins is said.
    pub(super) fn lend(
        &mut self,
        done: Done<Lent<T>>,
        handles: u32,
        effects: &mut Effects<T>,
    ) -> Option<Begun> {
        let refusal = match self.memory() {
            _ if self.gone => Some(gone()),
            _ if handles > 1 => Some(shared(handles - 1)),
            Memory::Lent => Some(busy("is lent to somebody who may change it")),
            Memory::Away if self.closed => Some(closed()),
            Memory::Away => {
                self.wait_to_change(done, effects);
                return self.begin_load();
            }
            Memory::Here(_) if self.holds > 0 => {
                self.wait_to_change(done, effects);
                return None;
            }
            Memory::Here(_) => None,
        };
        let lent = match refusal {
            Some(error) => Err(error),
            None => self.take_if_unlooked(effects),
        };
        effects.answer(Answer::Lent(done, lent));
        None
    }

    /// Lends to the one who waits, if a job has just let go of the value. Says whether it did.
    pub(super) fn lend_to_lender(&mut self, handles: u32, effects: &mut Effects<T>) -> bool {
        if self.holds > 0 {
            return false;
        }
        let Some(done) = self.lender.take() else { return false };
        // Whoever wanted it has gone away: it is as if he had never come.
        let lent = match handles {
            _ if done.is_abandoned() => Err(gone()),
            1 => self.take_if_unlooked(effects),
            _ => Err(shared(handles.saturating_sub(1))),
        };
        let is_lent = lent.is_ok();
        effects.answer(Answer::Lent(done, lent));
        is_lent
    }

    /// Nobody has a guard, and no job has it. Pins do not mind: it stays in memory.
    pub(super) fn is_unlooked(&self) -> bool {
        self.here().is_some_and(|held| Counted::count(held) == 1)
    }

    fn take_if_unlooked(&mut self, effects: &mut Effects<T>) -> Result<Counted<Held<T>>> {
        if !self.is_unlooked() {
            return Err(busy("is being looked at"));
        }
        self.take_for_change(effects).ok_or_else(gone)
    }

    /// Takes the value. A write that has not begun is cancelled; who waits for it waits on.
    fn take_for_change(&mut self, effects: &mut Effects<T>) -> Option<Counted<Held<T>>> {
        if self.is_write_queued() {
            self.writing = None;
            for saver in std::mem::take(&mut self.savers) {
                self.wait_on_for_lent(Want::Saver(saver), effects);
            }
        }
        match self.put(Memory::Lent) {
            Memory::Here(held) => Some(held),
            other => {
                effects.value(self.put(other));
                None
            }
        }
    }

    /// The handle is borrowed by the one who waits, so one that waited before has gone away.
    fn wait_to_change(&mut self, done: Done<Lent<T>>, effects: &mut Effects<T>) {
        if let Some(before) = self.lender.replace(done) {
            effects.answer(Answer::Lent(before, Err(gone())));
        }
    }
}

/// Why an object with other handles is not changed.
pub(crate) fn shared(others: u32) -> Error {
    let handles = if others == 1 { "handle" } else { "handles" };
    Error::refused(format!("the object has {others} other {handles}: use `make_mut`"))
}

pub(super) fn busy(why: &'static str) -> Error {
    Error::busy(format!("the object {why}"), Duration::from_millis(1))
}
