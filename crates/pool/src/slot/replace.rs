//! Another value in the place of the one that is there.

use std::sync::Arc;

use forebay_counted::Counted;
use forebay_store::Error;

use super::desk::{Desk, Memory};
use super::effects::{Effects, Pressing};
use super::foreign;
use super::held::Held;
use super::lend::busy;
use super::object_slot::Slot;
use crate::budget::Room;
use crate::object::Object;
use crate::order::{Entrance, Note};

/// What came of putting another value there.
pub(crate) enum Swap<T> {
    Done,
    /// The object has other handles: it stays as it is.
    Shared(T, Room),
    /// The room does not suffice: the old value is looked at, and keeps its own.
    Short(T, Room),
    Refused(Error),
}

impl<T: Object> Slot<T> {
    /// The room that a value of `weight` needs beside that of the one that is there.
    pub(crate) fn lack_for(&self, weight: u64) -> u64 {
        let is_only = self.handles() == 1;
        let desk = self.desk();
        let is_taken_over = is_only && desk.is_unlooked();
        let before = desk.here().filter(|_| is_taken_over).map_or(0, |held| held.bytes());
        weight.saturating_sub(before)
    }

    /// Puts another value there, which has a version and a key of its own.
    pub(crate) fn swap(self: &Arc<Self>, value: T, mut room: Room, weight: u64) -> Swap<T> {
        if self.handles() != 1 {
            return Swap::Shared(value, room);
        }
        if let Some(lent) = self.lend_now() {
            if lent.bytes() + room.bytes() < weight {
                return Swap::Short(value, room);
            }
            lent.exchange(value, room, weight);
            return Swap::Done;
        }
        if room.bytes() < weight {
            return Swap::Short(value, room);
        }
        room.shrink_to(weight);
        let held = Counted::new(Held::new(value, room, &self.pool));
        // As it was in that step: a handle that came may be gone again by now.
        let mut handles = 1;
        let swapped = self.step(|desk, effects| {
            handles = self.handles();
            desk.swap(held, handles, effects)
        });
        match swapped {
            Ok(()) => {
                self.touch();
                Swap::Done
            }
            Err(held) => match Counted::into_inner(held).map(Held::into_parts) {
                Some((value, room)) if handles > 1 => Swap::Shared(value, room),
                parts => {
                    if let Some((value, _room)) = parts {
                        let _ = foreign::run("a `drop`", || drop(value));
                    }
                    Swap::Refused(busy("is lent to somebody who may change it"))
                }
            },
        }
    }
}

impl<T: Object> Desk<T> {
    /// Guards keep the old value, with its room; a load and a write of it end into nothing.
    fn swap(
        &mut self,
        held: Counted<Held<T>>,
        handles: u32,
        effects: &mut Effects<T>,
    ) -> Result<(), Counted<Held<T>>> {
        if handles != 1 || self.gone || matches!(self.memory(), Memory::Lent) {
            return Err(held);
        }
        effects.press(Pressing::Here);
        self.weight = held.bytes();
        effects.value(self.put(Memory::Here(held)));
        self.renew(effects);
        self.cut_off_load(effects);
        if self.savers.is_empty() {
            self.writing.take_if(|write| write.started.is_none());
        }
        self.note(Note::Here(Entrance::New, self.weight), effects);
        Ok(())
    }
}
