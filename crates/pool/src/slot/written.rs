//! The end of a write: the one place where version, lender and eviction meet.

use std::sync::Arc;

use forebay_store::{ByteSize, Error, Result};

use super::blob::Blob;
use super::desk::Desk;
use super::effects::Effects;
use super::saver::Saver;
use super::trouble::Trouble;
use super::write::{Seen, Write};
use crate::event::Event;
use crate::inner::closed;
use crate::object::Object;

impl<T: Object> Desk<T> {
    /// A write has ended. It asks in this order: version (which the end of an object counts up, too), error,
    /// lender, evict.
    pub(super) fn written(
        &mut self,
        number: u32,
        outcome: Result<Arc<Blob>>,
        Seen { stamp, handles }: Seen,
        effects: &mut Effects<T>,
    ) {
        let Some(write) = self.writing.take_if(|write| write.number == number) else {
            effects.blobs.extend(outcome.ok());
            return;
        };
        self.holds -= u32::from(write.started.is_some());
        if write.started.is_some_and(|started| started.version != self.version) {
            effects.blobs.extend(outcome.ok());
            self.lend_to_lender(handles, effects);
            return self.write_again(effects);
        }
        match outcome {
            Ok(blob) if self.closed => return self.written_too_late(blob, handles, effects),
            Ok(blob) => self.has_blob(blob, effects),
            // An archive has saved this version meanwhile.
            Err(_) if self.blob.is_some() => {}
            Err(error) => return self.write_failed(&error, handles, effects),
        }
        let is_evicted =
            !self.lend_to_lender(handles, effects) && self.is_to_be_evicted(&write, stamp, effects);
        for saver in std::mem::take(&mut self.savers) {
            effects.answer(saver.answered(Ok(is_evicted)));
        }
    }

    fn has_blob(&mut self, blob: Arc<Blob>, effects: &mut Effects<T>) {
        self.weight = self.weight.max(self.here().map_or(0, |held| held.bytes()));
        let bytes = ByteSize::bytes(blob.head.stored);
        effects.tell(Event::Written { key: blob.head.id, bytes });
        effects.over(self.trouble.take());
        effects.blobs.extend(self.blob.replace(blob));
    }

    fn write_failed(&mut self, error: &Error, handles: u32, effects: &mut Effects<T>) {
        effects.over(self.trouble.replace(Trouble { error: error.clone() }));
        self.savers_failed(error, effects);
        self.lend_to_lender(handles, effects);
    }

    /// The pool was closed meanwhile: what is in memory stays there, and nowhere else.
    fn written_too_late(&mut self, blob: Arc<Blob>, handles: u32, effects: &mut Effects<T>) {
        effects.blobs.push(blob);
        self.savers_failed(&closed(), effects);
        self.lend_to_lender(handles, effects);
    }

    /// Who waits for a blob, or for the eviction after it, waits in vain.
    pub(super) fn savers_failed(&mut self, error: &Error, effects: &mut Effects<T>) {
        for saver in std::mem::take(&mut self.savers) {
            effects.answer(saver.failed(error.clone()));
        }
    }

    /// What was written has been overtaken: who waits for a blob waits for the newer one's.
    fn write_again(&mut self, effects: &mut Effects<T>) {
        for saver in std::mem::take(&mut self.savers) {
            // With a medium: it has just been written to.
            if let Some(number) = self.save(saver, true, effects) {
                effects.write = Some(number);
            }
        }
    }

    /// Evicts what was just saved, if that is wanted and nobody has looked meanwhile.
    fn is_to_be_evicted(&mut self, write: &Write, stamp: u32, effects: &mut Effects<T>) -> bool {
        let is_untouched = write.started.is_some_and(|started| started.stamp == stamp);
        let is_asked = self.savers.iter().any(Saver::wants_eviction);
        if !is_asked && !write.evict_after {
            return false;
        }
        let is_evicted = (is_asked || is_untouched) && self.is_free();
        if is_evicted {
            self.evict(effects);
        } else {
            effects.tell(Event::Rescued);
        }
        is_evicted
    }
}
