//! An object is taken into an archive.

use std::sync::Arc;

use forebay_store::{Done, Op};

use super::blob::Blob;
use super::desk::{Desk, Memory};
use super::effects::{Answer, Effects, Pressing};
use super::held::Held;
use super::load::crowded;
use super::object_slot::Slot;
use super::reader::Want;
use super::saver::gone;
use crate::blob::write_blob;
use crate::handle::Content;
use crate::key::Key;
use crate::object::Object;

/// What there is of an object.
pub(super) enum Saved<T: Object> {
    Blob(Arc<Blob>),
    /// The value, its key and its weight. A hold was counted for it.
    Value(Arc<Held<T>>, Key, u64),
}

impl<T: Object> Saved<T> {
    pub(super) fn into_content(self, slot: &Arc<Slot<T>>) -> Content {
        match self {
            Self::Blob(blob) => Content::Spilled(blob),
            Self::Value(held, key, weight) => {
                let taken = Hold { slot: Arc::clone(slot), value: Some(held) };
                let write = move |medium: &dyn crate::medium::Medium,
                                  scratch: &mut crate::lanes::Scratch| {
                    let held = taken.value.as_ref().expect("only its drop takes the value out");
                    write_blob(medium, key, &held.value, weight, scratch)
                };
                Content::Value { key, weight, write: Box::new(write) }
            }
        }
    }
}

/// A value that a job of the pool has: it does not change meanwhile, and is not evicted.
struct Hold<T: Object> {
    slot: Arc<Slot<T>>,
    value: Option<Arc<Held<T>>>,
}

impl<T: Object> Drop for Hold<T> {
    fn drop(&mut self) {
        if let Some(held) = self.value.take() {
            Held::free(held);
        }
        self.slot.step(|desk, effects| {
            desk.holds -= 1;
            effects.press(Pressing::Soon);
            desk.lend_to_lender(self.slot.handles(), effects);
        });
    }
}

impl<T: Object> Slot<T> {
    /// What there is of it now. It waits for a lent value, and loads nothing.
    pub(crate) fn content(self: &Arc<Self>) -> Op<Content> {
        let (done, op) = Op::pending();
        let drawn = Key::draw(&*self.pool.seams.random);
        self.step(|desk, effects| desk.content(done, drawn, effects));
        op
    }

    /// The version with this key has a blob now, if there was none.
    pub(crate) fn adopt(self: &Arc<Self>, key: Key, blob: Arc<Blob>) {
        self.step(|desk, effects| {
            let is_ours = desk.key == Some(key) && desk.here().is_some() && desk.blob.is_none();
            if desk.gone || desk.closed || !is_ours {
                effects.blobs.push(blob);
                return;
            }
            desk.blob = Some(blob);
            desk.saved_elsewhere(effects);
        });
    }

    /// What reads show of the blob of this version may be lost any time.
    pub(crate) fn distrust(self: &Arc<Self>, key: Key, instead: Option<Arc<Blob>>) {
        self.step(|desk, effects| {
            let is_ours = desk.key == Some(key) && desk.blob.is_some() && !desk.gone;
            // A value that is lent is in memory, too.
            let is_replaceable = instead.is_some() || !matches!(desk.memory(), Memory::Away);
            if is_ours && is_replaceable {
                effects.blobs.extend(desk.blob.take());
                desk.blob = instead;
                effects.press(Pressing::Soon);
            } else {
                effects.blobs.extend(instead);
            }
        });
    }

    /// One more handle, if it has this key still and nobody changes it.
    pub(crate) fn join_as(self: &Arc<Self>, key: Key) -> bool {
        let desk = self.desk();
        let is_it = desk.key == Some(key) && !desk.gone && !matches!(desk.memory(), Memory::Lent);
        is_it && self.join_again()
    }
}

impl<T: Object> Desk<T> {
    /// The key comes with the content, in one step. `drawn` is the one that it gets if it has none.
    pub(super) fn content(&mut self, done: Done<Content>, drawn: Key, effects: &mut Effects<T>) {
        let saved = match (self.memory(), &self.blob) {
            (Memory::Lent, _) if self.is_crowded() => Err(crowded()),
            (Memory::Lent, _) => return self.wait_for_lent(Want::Content(done, drawn), effects),
            (_, Some(blob)) => Ok(Saved::Blob(Arc::clone(blob))),
            (Memory::Here(held), None) => {
                let held = Arc::clone(held);
                Ok(Saved::Value(held, *self.key.get_or_insert(drawn), self.weight))
            }
            (Memory::Away, None) => Err(gone()),
        };
        self.holds += u32::from(matches!(saved, Ok(Saved::Value(..))));
        effects.answer(Answer::Content(done, saved));
    }

    /// There is a blob that no write of the pool has made: who waits for one has it.
    fn saved_elsewhere(&mut self, effects: &mut Effects<T>) {
        effects.over(self.trouble.take());
        self.writing.take_if(|write| write.started.is_none());
        effects.press(Pressing::Soon);
        if self.writing.is_none() {
            for saver in std::mem::take(&mut self.savers) {
                self.save(saver, true, effects);
            }
        }
    }
}
