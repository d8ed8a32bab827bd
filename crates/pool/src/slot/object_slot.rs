//! What memory knows of one object.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Weak};

use forebay_counted::{Counted, Showcase};
use forebay_store::Result;
use forebay_store::sync::atomic::{AtomicU32, Ordering};
use forebay_store::sync::{Mutex, MutexGuard};

use super::blob::Blob;
use super::desk::{Desk, Memory, needs_whole};
use super::desk_depth::Locked;
use super::effects::Effects;
use super::foreign;
use super::held::Held;
use super::stored::Stored;
use crate::budget::Room;
use crate::builder::SLOT_BYTES;
use crate::inner::Inner;
use crate::key::Key;
use crate::object::Object;
use crate::order::{Entrance, Note, Ticket};

/// What memory knows of one object.
pub(crate) struct Slot<T: Object> {
    /// Handles work on when the last `Pool` is dropped; the pool holds slots weakly.
    pub(crate) pool: Arc<Inner>,
    pub(super) me: Weak<Self>,
    pub(super) ticket: Ticket,
    /// Handles of users. 0 is final.
    pub(super) handles: AtomicU32,
    /// The pool's epoch at the last hit.
    pub(super) stamp: AtomicU32,
    desk: Mutex<Desk<T>>,
    /// Where hits find the value while nobody has the desk.
    pub(super) showcase: Showcase<Held<T>>,
    _own: Room,
}

/// A locked desk. Nobody finds the value without the lock as long as this lives: so whoever has the desk knows
/// who looks at the value, and sees the object as if every hit had taken the lock.
pub(super) struct Desked<'a, T: Object> {
    desk: MutexGuard<'a, Desk<T>>,
    showcase: &'a Showcase<Held<T>>,
    _locked: Locked,
}

impl<T: Object> Slot<T> {
    /// A new object with one handle. It has been admitted by the pool, and `room` is what it weighs.
    pub(crate) fn insert(pool: &Arc<Inner>, value: T, room: Room) -> Arc<Self> {
        Self::insert_as(pool, value, room, None, needs_whole::<T>())
    }

    /// The same under a key that it had elsewhere, before anybody can ask for it. No code of users runs here.
    pub(crate) fn insert_as(
        pool: &Arc<Inner>,
        value: T,
        room: Room,
        key: Option<Key>,
        needs_whole: bool,
    ) -> Arc<Self> {
        let weight = room.bytes();
        let held = Counted::new(Held::new(value, room, pool));
        let mut desk = Desk::new(Memory::Here(held), None, weight, needs_whole);
        desk.key = key;
        let slot = Self::of(pool, desk);
        pool.queue.note(slot.ticket, 1, Note::Here(Entrance::New, weight));
        slot
    }

    /// An object with one handle that is in a medium already. It has been admitted by the pool.
    pub(crate) fn spilled(pool: &Arc<Inner>, blob: Arc<Blob>) -> Arc<Self> {
        let weight = blob.head.weight.min(HEAVIEST);
        Self::of(pool, Desk::new(Memory::Away, Some(blob), weight, needs_whole::<T>()))
    }

    fn of(pool: &Arc<Inner>, desk: Desk<T>) -> Arc<Self> {
        let own = pool.ledger.own(SLOT_BYTES);
        let slot = Arc::new_cyclic(|slot: &Weak<Self>| Self {
            ticket: pool.queue.admit(Weak::clone(slot) as Weak<dyn Stored>),
            me: Weak::clone(slot),
            pool: Arc::clone(pool),
            handles: AtomicU32::new(1),
            stamp: AtomicU32::new(pool.queue.epoch()),
            desk: Mutex::new(desk),
            showcase: Showcase::new(),
            _own: own,
        });
        // It may have been admitted before the pool was closed: either the look at all objects sees it, or
        // it was before this, and the pool is closed by now.
        if pool.is_closed() {
            slot.close();
        }
        slot
    }

    #[inline]
    pub(super) fn desk(&self) -> Desked<'_, T> {
        self.covered(self.desk.lock())
    }

    /// What is shown by now, else the desk. Who had it before may have been a hit, too: if this one covered what
    /// that one has shown, the next would find nothing again, and so on.
    pub(super) fn shown_or_desk(&self) -> Result<Counted<Held<T>>, Desked<'_, T>> {
        let desk = self.desk.lock();
        self.showcase.look().ok_or_else(|| self.covered(desk))
    }

    fn covered<'a>(&'a self, mut desk: MutexGuard<'a, Desk<T>>) -> Desked<'a, T> {
        desk.hits += self.showcase.cover();
        Desked { desk, showcase: &self.showcase, _locked: Locked::new() }
    }

    /// One step: what it leaves is done after the lock is released.
    pub(super) fn step<R>(
        self: &Arc<Self>,
        act: impl FnOnce(&mut Desk<T>, &mut Effects<T>) -> R,
    ) -> R {
        let mut effects = Effects::none();
        let result = {
            let mut desk = self.desk();
            let result = act(&mut desk, &mut effects);
            if cfg!(debug_assertions) {
                desk.check();
            }
            result
        };
        effects.carry_out(self);
        result
    }

    /// Somebody has looked at it.
    #[inline]
    pub(super) fn touch(&self) {
        let epoch = self.pool.queue.epoch();
        if self.stamp.load(Ordering::Relaxed) != epoch {
            self.stamp.store(epoch, Ordering::Relaxed);
        }
    }

    pub(super) fn handles(&self) -> u32 {
        self.handles.load(Ordering::Acquire)
    }
}

impl<T: Object> Drop for Slot<T> {
    fn drop(&mut self) {
        self.pool.dismiss();
    }
}

/// What `value` weighs in memory.
pub(crate) fn weigh<T: Object>(value: &T) -> Result<u64> {
    let heap = foreign::run("`heap_bytes`", || value.heap_bytes())?;
    Ok((size_of::<T>() as u64).saturating_add(heap as u64).min(HEAVIEST))
}

/// No machine has more. What claims to weigh more is counted as this, so that the books do not overflow.
pub(super) const HEAVIEST: u64 = 1 << 48;

impl<T: Object> Deref for Desked<'_, T> {
    type Target = Desk<T>;

    fn deref(&self) -> &Desk<T> {
        &self.desk
    }
}

impl<T: Object> DerefMut for Desked<'_, T> {
    fn deref_mut(&mut self) -> &mut Desk<T> {
        &mut self.desk
    }
}

impl<T: Object> Drop for Desked<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(held) = self.desk.shown() {
            self.showcase.show(held);
        }
    }
}

impl<T: Object> fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot")
            .field("type_name", &T::NAME)
            .field("handles", &self.handles())
            .finish_non_exhaustive()
    }
}
