//! The handles that all callers share.

use std::rc::Rc;

use forebay_pool::{Handle, WeakHandle};

use super::book::Id;
use super::thing::Thing;
use crate::dice::Dice;

/// A handle, and of which object it is.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) handle: Handle<Thing>,
    pub(crate) id: Id,
    /// Counts those of the same object.
    of: Rc<()>,
}

impl Entry {
    pub(crate) fn new(handle: Handle<Thing>, id: Id) -> Self {
        Self { handle, id, of: Rc::default() }
    }

    /// The handle, and what makes an entry of it again.
    pub(crate) fn open(self) -> (Handle<Thing>, Ticket) {
        (self.handle, Ticket { id: self.id, of: self.of })
    }

    /// Whether the play has another handle of the same object.
    pub(crate) fn is_shared(&self) -> bool {
        Rc::strong_count(&self.of) > 1
    }

    /// The handle has an object of its own now.
    pub(crate) fn part(&mut self, id: Id) {
        (self.id, self.of) = (id, Rc::default());
    }
}

/// An entry without its handle.
pub(crate) struct Ticket {
    pub(crate) id: Id,
    of: Rc<()>,
}

impl Ticket {
    pub(crate) fn with(self, handle: Handle<Thing>) -> Entry {
        Entry { handle, id: self.id, of: self.of }
    }
}

/// A weak handle, and of which object it is.
struct Weak {
    handle: WeakHandle<Thing>,
    id: Id,
    of: std::rc::Weak<()>,
}

/// The handles that all callers share.
#[derive(Default)]
pub(crate) struct Shelf {
    pub(crate) entries: Vec<Entry>,
    weaks: Vec<Weak>,
    /// How often a handle came from one that did not keep its object.
    pub(crate) found: u64,
}

impl Shelf {
    /// One more handle of some object.
    pub(crate) fn some(&self, dice: &Dice) -> Option<Entry> {
        (!self.entries.is_empty()).then(|| dice.pick(&self.entries).clone())
    }

    /// A handle is taken off.
    pub(crate) fn take(&mut self, dice: &Dice) -> Option<Entry> {
        let length = self.entries.len();
        (length > 0).then(|| self.entries.swap_remove(dice.index(length)))
    }

    /// A handle that does not keep its object.
    pub(crate) fn weaken(&mut self, entry: &Entry) {
        let (handle, id) = (entry.handle.downgrade(), entry.id);
        self.weaks.push(Weak { handle, id, of: Rc::downgrade(&entry.of) });
    }

    /// What has become of such a handle.
    pub(crate) fn strengthen(&mut self, dice: &Dice) -> Option<Result<Entry, Id>> {
        let length = self.weaks.len();
        let weak = (length > 0).then(|| self.weaks.swap_remove(dice.index(length)))?;
        let Some(handle) = weak.handle.upgrade() else { return Some(Err(weak.id)) };
        self.found += 1;
        let of = weak.of.upgrade().unwrap_or_default();
        Some(Ok(Entry { handle, id: weak.id, of }))
    }

    pub(crate) fn clear(&mut self) -> (Vec<Entry>, Vec<WeakHandle<Thing>>) {
        let weaks = self.weaks.drain(..).map(|weak| weak.handle).collect();
        (std::mem::take(&mut self.entries), weaks)
    }
}
