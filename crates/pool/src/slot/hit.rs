//! A read of what is in memory.

use std::sync::Arc;

use forebay_counted::Counted;

use super::desk::Desk;
use super::effects::Effects;
use super::held::Held;
use super::object_slot::Slot;
use crate::handle::Guard;
use crate::hint::Hint;
use crate::object::Object;
use crate::order::{Entrance, Note};

impl<T: Object> Slot<T> {
    /// The value, if it is in memory; also while it is being written. It allocates nothing, and takes the lock
    /// only if another thread has it, for an object's first hit, after each 65,535, and after `Hint::Once`.
    #[inline]
    pub(crate) fn hit(self: &Arc<Self>) -> Option<Guard<T>> {
        let held = match self.showcase.look() {
            Some(held) => {
                self.touch();
                held
            }
            None => self.look_up()?,
        };
        Some(Guard::of(held))
    }

    /// The same under the lock, where what is in memory is always found. It is shown from then on.
    #[cold]
    fn look_up(self: &Arc<Self>) -> Option<Counted<Held<T>>> {
        let mut desk = match self.shown_or_desk() {
            Ok(held) => {
                self.touch();
                return Some(held);
            }
            Err(desk) => desk,
        };
        let held = Counted::clone(desk.here()?);
        desk.hits += 1;
        // Before the order hears of it: a touch after that would be one use more than it was told of.
        self.touch();
        if desk.hint == Hint::Once {
            let mut effects = Effects::none();
            desk.use_once(&mut effects);
            drop(desk);
            effects.carry_out(self);
        }
        Some(held)
    }
}

impl<T: Object> Desk<T> {
    /// The one use that was left is now: it goes first, when nobody looks at it any more.
    pub(super) fn use_once(&mut self, effects: &mut Effects<T>) {
        self.hint = Hint::Normal;
        self.note(Note::Here(Entrance::Once, self.weight), effects);
    }
}
