//! Those who want an object to have a blob, or to leave memory.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Drive, Error, Op, Result};

use super::desk::{Desk, Memory};
use super::effects::{Answer, Effects, Pressing};
use super::load::crowded;
use super::object_slot::Slot;
use super::reader::Want;
use super::write::WriteWork;
use crate::inner::closed;
use crate::lanes::{Lane, Work};
use crate::object::Object;

/// Somebody who wants an object to have a blob of its newest version, or to leave memory after that.
pub(super) enum Saver {
    Saved(Done<()>),
    /// Is answered `false` if somebody looks at it or it is pinned.
    Evicted(Done<bool>),
}

impl Saver {
    pub(super) fn is_abandoned(&self) -> bool {
        match self {
            Self::Saved(done) => done.is_abandoned(),
            Self::Evicted(done) => done.is_abandoned(),
        }
    }

    pub(super) fn wants_eviction(&self) -> bool {
        matches!(self, Self::Evicted(_))
    }

    pub(super) fn failed<T: Object>(self, error: Error) -> Answer<T> {
        self.answered(Err(error))
    }

    /// It is saved, and has left memory or has not.
    pub(super) fn answered<T: Object>(self, is_evicted: Result<bool>) -> Answer<T> {
        match self {
            Self::Saved(done) => Answer::Saved(done, is_evicted.map(drop)),
            Self::Evicted(done) => Answer::Evicted(done, is_evicted),
        }
    }
}

impl<T: Object> Desk<T> {
    /// Lets a saver in. Says the number of the write that is to be run for it, if it is a new one.
    pub(super) fn save(
        &mut self,
        saver: Saver,
        has_medium: bool,
        effects: &mut Effects<T>,
    ) -> Option<u32> {
        match self.memory() {
            _ if self.gone => effects.answer(saver.failed(gone())),
            _ if self.closed => effects.answer(saver.failed(closed())),
            _ if self.is_crowded() => effects.answer(saver.failed(crowded())),
            Memory::Lent => self.wait_for_lent(Want::Saver(saver), effects),
            Memory::Away => match &mut self.loading {
                Some(loading) if saver.wants_eviction() => loading.savers.push(saver),
                _ => effects.answer(saver.answered(Ok(true))),
            },
            Memory::Here(_) if self.blob.is_some() => {
                let is_evicted = saver.wants_eviction() && self.is_free();
                if is_evicted {
                    self.evict(effects);
                    effects.press(Pressing::Here);
                }
                effects.answer(saver.answered(Ok(is_evicted)));
            }
            Memory::Here(_) if !has_medium => effects.answer(saver.failed(no_medium())),
            Memory::Here(_) => {
                self.savers.push(saver);
                return self.writing.is_none().then(|| self.queue_write(false));
            }
        }
        None
    }
}

/// Saves an object when somebody waits for it: `write_now` and `evict`.
pub(super) struct Saving<T: Object> {
    slot: Arc<Slot<T>>,
    saver: Mutex<Option<Saver>>,
}

impl<T: Object> Saving<T> {
    pub(super) fn of(slot: &Arc<Slot<T>>, saver: Saver) -> Arc<Self> {
        Arc::new(Self { slot: Arc::clone(slot), saver: Mutex::new(Some(saver)) })
    }

    fn begin(&self) -> Option<WriteWork<T>> {
        let saver = self.saver.lock().take()?;
        if self.slot.pool.is_closed() {
            self.slot.step(|_, effects| effects.answer(saver.failed(closed())));
            return None;
        }
        let has_medium = self.slot.pool.medium.is_some();
        let number = self.slot.step(|desk, effects| desk.save(saver, has_medium, effects))?;
        Some(WriteWork::new(&self.slot, number))
    }
}

impl<T: Object> Drive for Saving<T> {
    fn drive(&self) {
        let lanes = &self.slot.pool.lanes;
        let Some(work) = self.begin() else {
            // Somebody else's write of it is queued perhaps: rather than wait, work it off.
            while self.slot.has_queued_write() && lanes.help(Lane::Write) {}
            return;
        };
        match lanes.enter(Lane::Write) {
            Some(_permit) => Box::new(work).run(),
            None => lanes.run(Lane::Write, Box::new(work)),
        }
    }

    fn start(&self) {
        if let Some(work) = self.begin() {
            self.slot.pool.lanes.run(Lane::Write, Box::new(work));
        }
    }
}

pub(super) fn gone() -> Error {
    Error::invalid("the object is gone: its last handle was dropped")
}

fn no_medium() -> Error {
    Error::unsupported("a pool without a medium can save nothing: see `Builder::spill`")
}

impl<T: Object> Slot<T> {
    /// Answered when there is a blob of the newest version.
    pub(crate) fn save_now(self: &Arc<Self>) -> Op<()> {
        let (done, op) = Op::pending();
        op.driven_by(Saving::of(self, Saver::Saved(done)))
    }

    /// The same, for an end that is there.
    pub(super) fn save_for(self: &Arc<Self>, done: Done<()>) {
        Saving::of(self, Saver::Saved(done)).start();
    }

    /// Answered when it has left memory, or cannot.
    pub(crate) fn evict_now(self: &Arc<Self>) -> Op<bool> {
        let (done, op) = Op::pending();
        op.driven_by(Saving::of(self, Saver::Evicted(done)))
    }
}
