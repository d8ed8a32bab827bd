//! The last handle is dropped.

use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;

use super::desk::{Desk, Memory};
use super::effects::{Answer, Effects, Pressing};
use super::object_slot::Slot;
use super::saver::gone;
use crate::object::Object;
use crate::order::Note;

/// Only handles that are forgotten come to so many.
const HANDLES_MAX: u32 = u32::MAX / 2;

impl<T: Object> Slot<T> {
    /// A handle is cloned. Like `Arc` it ends the process rather than let the count come round to none.
    pub(crate) fn join(&self) {
        if self.handles.fetch_add(1, Ordering::Relaxed) >= HANDLES_MAX {
            std::process::abort();
        }
    }

    /// One more handle, if there is any: none is final.
    pub(crate) fn join_again(&self) -> bool {
        let more = |handles: u32| (1..HANDLES_MAX).contains(&handles).then(|| handles + 1);
        self.handles.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).is_ok()
    }

    /// A handle is dropped.
    pub(crate) fn leave(self: &Arc<Self>) {
        // None are left if the value was taken out for good.
        let less = |handles: u32| handles.checked_sub(1);
        if self.handles.fetch_update(Ordering::AcqRel, Ordering::Acquire, less) == Ok(1) {
            self.end(Desk::end);
        }
    }

    /// The object ends so. The pool counts its hits on.
    pub(super) fn end(self: &Arc<Self>, end: impl FnOnce(&mut Desk<T>, &mut Effects<T>)) {
        let hits = self.step(|desk, effects| {
            end(desk, effects);
            std::mem::take(&mut desk.hits)
        });
        self.pool.hits.fetch_add(hits, Ordering::Relaxed);
    }
}

impl<T: Object> Desk<T> {
    /// Nothing stays of it but what is under way.
    fn end(&mut self, effects: &mut Effects<T>) {
        effects.press(Pressing::Soon);
        effects.note(u32::MAX, Note::Gone);
        self.gone = true;
        self.renew(effects);
        if let Memory::Here(_) = self.memory() {
            effects.value(self.put(Memory::Away));
        }
        self.writing.take_if(|write| write.started.is_none());
        for saver in self.savers.drain(..) {
            effects.answer(saver.failed(gone()));
        }
        for reader in self.readers.drain(..) {
            effects.answer(reader.failed(gone()));
        }
        if let Some(done) = self.lender.take() {
            effects.answer(Answer::Lent(done, Err(gone())));
        }
    }
}
