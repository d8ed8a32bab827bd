//! What a step leaves to be done after the lock is released.

use std::sync::Arc;

use forebay_store::{Done, Error, Result};

use super::blob::Blob;
use super::desk::Memory;
use super::foreign;
use super::held::Held;
use super::keep::Saved;
use super::lent::Lent;
use super::object_slot::Slot;
use super::trouble::Trouble;
use super::write::WriteWork;
use crate::budget::Press;
use crate::event::Event;
use crate::handle::{Content, Guard};
use crate::lanes::Lane;
use crate::object::Object;
use crate::order::Note;

/// What a step leaves to be done after the lock is released, in the order of the fields.
pub(super) struct Effects<T: Object> {
    note: Option<(u32, Note)>,
    answers: Vec<Answer<T>>,
    values: Vec<Arc<Held<T>>>,
    pub(super) blobs: Vec<Arc<Blob>>,
    events: Vec<Event>,
    /// What they come from may be the user's, and so is its end.
    errors: Vec<Error>,
    /// A write that is to follow.
    pub(super) write: Option<u32>,
    /// Somebody has begun to wait for a value that is lent.
    pub(super) has_new_reader: bool,
    /// Somebody waits for a load that another one has begun.
    pub(super) has_joined: bool,
    press: Pressing,
}

/// An answer to somebody who waited.
pub(super) enum Answer<T: Object> {
    Guard(Done<Guard<T>>, Result<Arc<Held<T>>>),
    Saved(Done<()>, Result<()>),
    Evicted(Done<bool>, Result<bool>),
    Lent(Done<Lent<T>>, Result<Arc<Held<T>>>),
    Content(Done<Content>, Result<Saved<T>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pressing {
    No,
    /// On this thread.
    Here,
    /// In a job: the caller does not expect that others' values are dropped.
    Soon,
}

impl<T: Object> Effects<T> {
    pub(super) fn none() -> Self {
        Self {
            note: None,
            answers: Vec::new(),
            values: Vec::new(),
            blobs: Vec::new(),
            events: Vec::new(),
            errors: Vec::new(),
            write: None,
            has_new_reader: false,
            has_joined: false,
            press: Pressing::No,
        }
    }

    /// The newest note is the one that counts.
    pub(super) fn note(&mut self, number: u32, note: Note) {
        self.note = Some((number, note));
    }

    pub(super) fn answer(&mut self, answer: Answer<T>) {
        self.answers.push(answer);
    }

    pub(super) fn value(&mut self, memory: Memory<T>) {
        if let Memory::Here(held) = memory {
            self.values.push(held);
        }
    }

    /// A failed write is forgotten.
    pub(super) fn over(&mut self, trouble: Option<Trouble>) {
        self.errors.extend(trouble.map(|trouble| trouble.error));
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.events.push(event);
    }

    /// The end of a transition: who waits for room may get some now. A part of the step that may press here
    /// does not if another part must not.
    pub(super) fn press(&mut self, press: Pressing) {
        if self.press != Pressing::Soon {
            self.press = press;
        }
    }

    pub(super) fn carry_out(self, slot: &Arc<Slot<T>>) {
        let pool = &slot.pool;
        if let Some((number, note)) = self.note {
            pool.queue.note(slot.ticket, number, note);
        }
        for answer in self.answers {
            foreign::caught(|| answer.give(slot));
        }
        for value in self.values {
            Held::free(value);
        }
        for blob in self.blobs {
            let _ = foreign::run("a medium", || drop(blob));
        }
        if self.has_joined {
            pool.counts.joined();
        }
        for event in self.events {
            pool.counts.told(&event);
            let _ = foreign::run("a watcher", || pool.watch.tell(|| event));
        }
        for error in self.errors {
            let _ = foreign::run("a `drop`", || drop(error));
        }
        if let Some(number) = self.write {
            pool.lanes.run(Lane::Write, Box::new(WriteWork::new(slot, number)));
        }
        if self.has_new_reader {
            slot.bound_waiting();
        }
        match self.press {
            Pressing::Here if pool.ledger.wanted() => pool.presser.press(),
            Pressing::Soon if pool.ledger.wanted() => pool.presser.kick(),
            _ => {}
        }
    }
}

impl<T: Object> Answer<T> {
    fn give(self, slot: &Arc<Slot<T>>) {
        match self {
            Self::Guard(done, result) => done.complete(result.map(Guard::of)),
            Self::Saved(done, result) => done.complete(result),
            Self::Evicted(done, result) => done.complete(result),
            Self::Lent(done, result) => done.complete(result.map(|held| Lent::of(slot, held))),
            Self::Content(done, result) => {
                done.complete(result.map(|saved| saved.into_content(slot)));
            }
        }
    }
}
