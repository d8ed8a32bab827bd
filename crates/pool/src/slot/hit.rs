//! A read of what is in memory.

use std::sync::Arc;

use super::desk::Desk;
use super::effects::Effects;
use super::object_slot::Slot;
use crate::handle::Guard;
use crate::hint::Hint;
use crate::object::Object;
use crate::order::{Entrance, Note};

impl<T: Object> Slot<T> {
    /// The value, if it is in memory; also while it is being written. It allocates nothing.
    #[inline]
    pub(crate) fn hit(self: &Arc<Self>) -> Option<Guard<T>> {
        let held = {
            let mut desk = self.desk();
            let held = Arc::clone(desk.here()?);
            desk.hits += 1;
            if desk.hint == Hint::Once {
                let mut effects = Effects::none();
                desk.use_once(&mut effects);
                drop(desk);
                effects.carry_out(self);
            }
            held
        };
        self.touch();
        Some(Guard::of(held))
    }
}

impl<T: Object> Desk<T> {
    /// The one use that was left is now: it goes first, when nobody looks at it any more.
    pub(super) fn use_once(&mut self, effects: &mut Effects<T>) {
        self.hint = Hint::Normal;
        self.note(Note::Here(Entrance::Once, self.weight), effects);
    }
}
