//! What users say of an object, and ask about it.

use std::sync::{Arc, Weak};

use forebay_store::sync::atomic::Ordering;
use forebay_store::{ByteSize, Done};

use super::desk::{Desk, Memory};
use super::effects::Pressing;
use super::load::Begun;
use super::load_work::LoadWork;
use super::object_slot::{HEAVIEST, Slot};
use crate::budget::{Purpose, Room};
use crate::handle::Guard;
use crate::hint::Hint;
use crate::key::Key;
use crate::many::{Ahead, Turn};
use crate::object::Object;

impl<T: Object> Slot<T> {
    pub(crate) fn pin(&self) {
        self.desk().pins += 1;
    }

    pub(crate) fn unpin(self: &Arc<Self>) {
        self.step(|desk, effects| {
            desk.pins -= 1;
            effects.press(Pressing::Soon);
        });
    }

    pub(crate) fn hint(&self, hint: Hint) {
        self.desk().hint = hint;
    }

    pub(crate) fn label(&self, label: Arc<str>) {
        let before = self.desk().label.replace(label);
        drop(before);
    }

    /// The key of the version that is there.
    pub(crate) fn key(&self) -> Key {
        let drawn = Key::draw(&*self.pool.seams.random);
        *self.desk().key.get_or_insert(drawn)
    }

    pub(crate) fn is_resident(&self) -> bool {
        !matches!(self.desk().memory(), Memory::Away)
    }

    pub(crate) fn is_saved(&self) -> bool {
        self.desk().blob.is_some()
    }

    pub(crate) fn bytes(&self) -> ByteSize {
        ByteSize::bytes(self.weight())
    }

    pub(crate) fn weight(&self) -> u64 {
        self.desk().weight
    }

    /// What a load of it needs, if it is away.
    pub(crate) fn bytes_to_load(&self) -> u64 {
        let desk = self.desk();
        if matches!(desk.memory(), Memory::Away) { desk.load_bytes() } else { 0 }
    }

    /// What a load of it would need.
    pub(crate) fn load_bytes(&self) -> u64 {
        self.desk().load_bytes()
    }

    /// Whether a change needs a copy: others have a handle, or look at it.
    pub(crate) fn is_to_be_copied(&self) -> bool {
        let handles = self.handles.load(Ordering::Acquire);
        let desk = self.desk();
        handles > 1 || desk.guards() > 0
    }

    /// It goes first, when nobody looks at it any more.
    pub(crate) fn used_once(self: &Arc<Self>) {
        self.step(|desk, effects| {
            if desk.here().is_some() {
                desk.use_once(effects);
            }
        });
    }

    /// Whether the value is in memory and nobody changes it.
    pub(crate) fn is_here(&self) -> bool {
        self.desk().here().is_some()
    }

    pub(crate) fn is_lent(&self) -> bool {
        matches!(self.desk().memory(), Memory::Lent)
    }

    pub(crate) fn prefetch(self: &Arc<Self>) {
        if !self.is_resident() {
            let slot: Weak<Self> = Arc::downgrade(self);
            self.pool.ahead.ask(&self.pool, slot);
        }
    }

    /// Answers with the value, unless it is lent. If it is to be loaded this is the room for it, also for a
    /// load that is asking still; else the room is given back.
    pub(crate) fn get_with(
        self: &Arc<Self>,
        mut room: Room,
        done: Done<Guard<T>>,
    ) -> Result<(), Done<Guard<T>>> {
        let number = self.step(|desk, effects| {
            if matches!(desk.memory(), Memory::Lent) {
                return Err(done);
            }
            let begun = desk.read(done, effects);
            Ok(begun.map(|begun| begun.number).or_else(|| desk.asking_load()))
        })?;
        if let Some(number) = number {
            room.turn_into(Purpose::Loading);
            LoadWork::new(self, number, room).go(false);
        }
        Ok(())
    }
}

impl<T: Object> Slot<T> {
    /// What nobody waited for when it began is not loaded; who has come since waits in the line.
    fn no_spare_room(self: &Arc<Self>, begun: Begun) {
        let is_wanted = self.step(|desk, effects| desk.is_load_kept(begun.number, effects));
        if is_wanted {
            self.load(begun, false);
        }
    }
}

impl<T: Object> Ahead for Slot<T> {
    fn load_ahead(self: Arc<Self>, turn: Turn) {
        let Some(begun) = self.step(|desk, _| desk.begin_ahead()) else { return };
        match self.pool.presser.spare_room(begun.bytes, Purpose::Loading) {
            Some(room) => LoadWork::new(&self, begun.number, room).in_turn(turn).go(false),
            None => self.no_spare_room(begun),
        }
    }
}

impl<T: Object> Desk<T> {
    /// What a load of it needs: the value, and the bytes beside it if they are wanted at once. Damaged bytes may
    /// say anything, and the sums of the books must not overflow.
    pub(super) fn load_bytes(&self) -> u64 {
        let stored = self.blob.as_ref().map_or(0, |blob| {
            let is_whole = self.needs_whole || blob.is_whole;
            let is_compressed = blob.head.compression != 0;
            if is_whole || is_compressed { blob.head.stored } else { 0 }
        });
        self.weight.saturating_add(stored).min(HEAVIEST)
    }
}
