//! What all callers of one owner share.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_pool::{Archive, Error, ErrorKind, Handle, Pool};

use super::book::{Book, Change, Id, Since};
use super::health::Health;
use super::hearing::Hearing;
use super::past::Past;
use super::shelf::{Entry, Shelf};
use super::stage::Stage;
use super::thing::{Content, Temper, Thing};
use super::ways::PoolWays;
use crate::dice::Dice;

/// What all callers of one owner share.
pub(crate) struct Scene {
    pub(crate) ways: PoolWays,
    pub(crate) stage: Arc<Stage>,
    pub(crate) health: Arc<Health>,
    pub(crate) disk: SimulatedDisk,
    pub(crate) pool: Pool,
    pub(crate) archive: Option<Archive>,
    pub(crate) past: Rc<RefCell<Past>>,
    pub(crate) book: RefCell<Book>,
    pub(crate) shelf: RefCell<Shelf>,
    pub(crate) counts: Counts,
    pub(crate) hearing: Hearing,
}

/// What there is of things that are under way.
#[derive(Default)]
pub(crate) struct Counts {
    /// Guards, pins, rooms and values that are lent.
    pub(crate) held: Rc<Cell<u64>>,
    pub(crate) lent: Rc<Cell<u64>>,
    /// Operations that have a value, or may give one.
    pub(crate) offered: Rc<Cell<u64>>,
    /// Those of them that somebody has gone away from, since all was at rest: they may go on for a while.
    pub(crate) loose: Cell<u64>,
    /// Operations that somebody waits for.
    pub(crate) awaited: Rc<Cell<u64>>,
    /// Operations that have ended.
    pub(crate) ended: Cell<u64>,
    pub(crate) is_closed: Cell<bool>,
    pub(crate) is_in_archive: Cell<bool>,
}

/// One more of something, until this is dropped.
pub(crate) struct Counted(Rc<Cell<u64>>);

impl Counted {
    pub(crate) fn of(count: &Rc<Cell<u64>>) -> Self {
        count.set(count.get() + 1);
        Self(Rc::clone(count))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Scene {
    pub(crate) fn note(&self, line: impl Into<String>) {
        self.stage.note(line);
    }

    pub(crate) fn violate(&self, text: impl Into<String>) {
        self.stage.violate(text);
    }

    /// A content that nothing had before, no longer than that.
    pub(crate) fn content(&self, dice: &Dice, longest: u64) -> Content {
        let length = match dice.below(6) {
            0 => dice.below(100),
            1 => longest,
            _ => dice.below(longest + 1),
        };
        self.content_of(dice, length)
    }

    /// A content that nothing had before, of that length.
    pub(crate) fn content_of(&self, dice: &Dice, length: u64) -> Content {
        let temper = match dice.below(20) {
            0 if self.ways.stubborn => Temper::Refuses,
            1 if self.ways.stubborn => Temper::Panics,
            _ => Temper::Mild,
        };
        Content::new(self.book.borrow_mut().number(), length, temper)
    }

    pub(crate) fn thing(&self, dice: &Dice) -> Thing {
        Thing::new(self.content(dice, self.ways.longest))
    }

    /// An object that nobody has seen before. It is not kept if there are enough.
    pub(crate) fn shelve_new(&self, handle: Handle<Thing>, content: Content, dice: &Dice) {
        let id = self.book.borrow_mut().add(content);
        self.note(format!("{id:?} is {content:?}"));
        self.shelve(Entry::new(handle, id), dice);
    }

    /// A handle comes back. One of them goes if there are too many.
    pub(crate) fn shelve(&self, entry: Entry, dice: &Dice) {
        let gone = {
            let mut there = self.shelf.borrow_mut();
            there.entries.push(entry);
            let is_full = there.entries.len() > self.ways.handles;
            if is_full { there.take(dice) } else { None }
        };
        drop(gone);
    }

    /// What somebody sees of an object must be what may be there.
    pub(crate) fn saw(&self, what: &str, id: Id, since: Since, thing: &Thing) {
        let content = thing.content();
        if !thing.is_whole() {
            self.violate(format!("{what}: {id:?} is not what {content:?} is"));
        }
        let contents = self.book.borrow_mut().contents(id);
        if !self.book.borrow_mut().saw(id, since, content) {
            self.violate(format!("{what}: {id:?} is {content:?}, and has to be of {contents:?}"));
        }
    }

    /// A change of an object that was begun has ended.
    pub(crate) fn end_change(&self, id: Id, content: Content, change: Change) {
        self.note(format!("{id:?} with {content:?}: {change:?}"));
        self.book.borrow_mut().end_change(id, content, change);
    }

    /// An error that nothing explains must not be. `extra` are kinds that may be here, for all that is known.
    pub(crate) fn explain(&self, what: &str, error: &Error, extra: &[ErrorKind]) {
        self.note(format!("{what}: {error:?}"));
        let kind = error.kind();
        let is_faulty = self.ways.is_faulty() || self.disk.ending().is_some();
        let is_explained = match kind {
            ErrorKind::Busy => self.ways.memory < 1 << 20 || is_faulty,
            ErrorKind::Unavailable | ErrorKind::Unknown => is_faulty,
            ErrorKind::Corrupt => self.ways.flips > 0,
            ErrorKind::Closed => self.counts.is_closed.get(),
            ErrorKind::Unsupported => self.ways.spill == super::ways::Spill::Nowhere,
            // A medium that panics has refused the object.
            ErrorKind::Refused => self.ways.faults > 0,
            _ => false,
        };
        if !is_explained && !extra.contains(&kind) {
            self.violate(format!("{what}: nothing explains it: {error:?}"));
        }
    }
}
