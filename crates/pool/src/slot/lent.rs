//! A value that somebody may change.

use std::sync::Arc;

use forebay_counted::Counted;
use forebay_store::sync::atomic::Ordering;
use forebay_store::{ByteSize, Result};

use super::desk::{Desk, Memory};
use super::effects::{Answer, Effects, Pressing};
use super::held::Held;
use super::lend::shared;
use super::object_slot::{Slot, weigh};
use super::reader::{Reader, Want};
use super::saver::gone;
use crate::event::Event;
use crate::object::Object;
use crate::order::{Entrance, Note};

/// A value that somebody may change: nobody else has it. Dropping this gives it back.
pub(crate) struct Lent<T: Object> {
    slot: Arc<Slot<T>>,
    /// None when it was given back.
    held: Option<Counted<Held<T>>>,
    is_changed: bool,
}

impl<T: Object> Lent<T> {
    pub(super) fn of(slot: &Arc<Slot<T>>, held: Counted<Held<T>>) -> Self {
        Self { slot: Arc::clone(slot), held: Some(held), is_changed: false }
    }

    /// What is taken for it.
    pub(super) fn bytes(&self) -> u64 {
        self.held.as_ref().map_or(0, |held| held.bytes())
    }

    pub(crate) fn value(&self) -> &T {
        &self.held.as_ref().expect("it is given back by its drop").value
    }

    /// From now on it counts as changed.
    pub(crate) fn value_mut(&mut self) -> &mut T {
        self.is_changed = true;
        let held = self.held.as_mut().expect("it is given back by its drop");
        &mut Counted::get_mut(held).expect("nobody else has what is lent").value
    }

    /// Takes the value out for good, if no other handle has come up: the object ends with it.
    pub(crate) fn into_value(mut self) -> Result<T> {
        let slot = Arc::clone(&self.slot);
        let last = slot.handles.compare_exchange(1, 0, Ordering::AcqRel, Ordering::Acquire);
        last.map_err(|handles| shared(handles.saturating_sub(1)))?;
        let held = self.held.take().expect("it is given back by its drop");
        drop(self);
        slot.end(Desk::end_lent);
        let held = Counted::into_inner(held).expect("nobody else has what is lent");
        let (value, _room) = held.into_parts();
        Ok(value)
    }

    /// Puts another value in the place of this one, with `room` added to what the old one has.
    pub(super) fn exchange(mut self, value: T, room: crate::budget::Room, weight: u64) {
        let held = self.held.take().expect("it is given back by its drop");
        let held = Counted::into_inner(held).expect("nobody else has what is lent");
        let (old, mut taken) = held.into_parts();
        let _ = super::foreign::run("a `drop`", || drop(old));
        taken.join(room);
        super::held::fit(&mut taken, weight);
        self.held = Some(Counted::new(Held::new(value, taken, &self.slot.pool)));
        self.is_changed = true;
    }

    /// What it weighs after a change. It may have grown: then it is over the budget by that much.
    fn weigh_again(held: &mut Held<T>) {
        // While it unwinds the value may be in any state: its weight stays as it was.
        if std::thread::panicking() {
            return;
        }
        let (Ok(weight), before) = (weigh(&held.value), held.bytes()) else { return };
        held.weighs(weight);
        if weight > before {
            let bytes = ByteSize::bytes(weight - before);
            let told = || held.pool.watch.tell(|| Event::OverBudget { bytes });
            let _ = super::foreign::run("a watcher", told);
        }
    }
}

impl<T: Object> Drop for Lent<T> {
    fn drop(&mut self) {
        let Some(mut held) = self.held.take() else { return };
        if self.is_changed
            && let Some(held) = Counted::get_mut(&mut held)
        {
            Self::weigh_again(held);
        }
        if self.is_changed {
            self.slot.touch();
        }
        let has_medium = self.slot.pool.medium.is_some();
        let (is_changed, slot) = (self.is_changed, &self.slot);
        slot.step(|desk, effects| desk.give_back(held, is_changed, has_medium, effects));
    }
}

impl<T: Object> Desk<T> {
    fn give_back(
        &mut self,
        held: Counted<Held<T>>,
        is_changed: bool,
        has_medium: bool,
        effects: &mut Effects<T>,
    ) {
        effects.press(Pressing::Soon);
        if self.gone {
            effects.value(self.put(Memory::Away));
            return effects.value(Memory::Here(held));
        }
        self.weight = held.bytes();
        effects.value(self.put(Memory::Here(held)));
        if is_changed {
            self.renew(effects);
            self.note(Note::Here(Entrance::New, self.weight), effects);
        }
        let readers = std::mem::take(&mut self.readers);
        // Guards first: who wants it to leave memory is told that somebody looks at it.
        let (guards, others) = readers.into_iter().partition(Reader::is_guard);
        let (guards, others): (Vec<_>, Vec<_>) = (guards, others);
        for reader in guards.into_iter().chain(others) {
            self.go_on(reader, has_medium, effects);
        }
    }

    /// What a reader wanted while the value was lent.
    fn go_on(&mut self, reader: Reader<T>, has_medium: bool, effects: &mut Effects<T>) {
        match reader.want {
            Want::Guard(done) => {
                let held = self.here().cloned().ok_or_else(gone);
                effects.answer(Answer::Guard(done, held));
            }
            Want::Saver(saver) => {
                if let Some(number) = self.save(saver, has_medium, effects) {
                    effects.write = Some(number);
                }
            }
            Want::Content(done, drawn) => self.content(done, drawn, effects),
        }
    }

    /// The value was taken out for good: nothing is left of the object.
    fn end_lent(&mut self, effects: &mut Effects<T>) {
        effects.press(Pressing::Soon);
        effects.value(self.put(Memory::Away));
        self.gone = true;
        self.renew(effects);
        effects.note(u32::MAX, Note::Gone);
        for reader in self.readers.drain(..) {
            effects.answer(reader.failed(gone()));
        }
    }
}
