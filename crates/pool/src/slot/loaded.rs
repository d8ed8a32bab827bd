//! The end of a load.

use forebay_counted::Counted;
use forebay_store::{ByteSize, Error, ErrorKind};

use super::desk::{Desk, Memory};
use super::effects::{Answer, Effects, Pressing};
use super::held::Held;
use super::saver::gone;
use crate::event::Event;
use crate::hint::Hint;
use crate::object::Object;
use crate::order::{Entrance, Note};

impl<T: Object> Desk<T> {
    /// It was read. Who waits has his guard before anybody can evict it.
    pub(super) fn loaded(
        &mut self,
        number: u32,
        held: Counted<Held<T>>,
        (handles, has_medium): (u32, bool),
        effects: &mut Effects<T>,
    ) {
        effects.press(Pressing::Here);
        let Some(loading) = self.loading.take_if(|loading| loading.number == number) else {
            return effects.value(Memory::Here(held));
        };
        let is_unwaited = loading.waiters.is_empty() && self.lender.is_none();
        let key = loading.blob.head.id;
        effects.blobs.push(loading.blob);
        for done in loading.waiters {
            effects.answer(Answer::Guard(done, Ok(Counted::clone(&held))));
        }
        if self.gone {
            return effects.value(Memory::Here(held));
        }
        self.weight = held.bytes();
        effects.tell(Event::Loaded { key, bytes: ByteSize::bytes(self.weight) });
        effects.value(self.put(Memory::Here(held)));
        let is_once = self.hint == Hint::Once && !is_unwaited;
        let entrance = if is_once { Entrance::Once } else { Entrance::Loaded };
        self.note(Note::Here(entrance, self.weight), effects);
        if is_once {
            self.hint = Hint::Normal;
        }
        self.lend_to_lender(handles, effects);
        for saver in loading.savers {
            if let Some(number) = self.save(saver, has_medium, effects) {
                effects.write = Some(number);
            }
        }
    }

    /// There was no room for it, unless somebody else has brought some. Says whether it is to ask again: if it was
    /// only dismissed, and somebody has come after it was found that nobody waits.
    pub(super) fn load_refused(
        &mut self,
        number: u32,
        error: &Error,
        effects: &mut Effects<T>,
    ) -> bool {
        if self.asking_load() != Some(number) {
            return false;
        }
        if error.kind() == ErrorKind::Aborted && self.is_load_wanted(number) {
            return true;
        }
        self.load_failed(number, error, effects);
        false
    }

    /// It could not be read. The blob stays where it is.
    pub(super) fn load_failed(&mut self, number: u32, error: &Error, effects: &mut Effects<T>) {
        // It may be a timer that says so.
        effects.press(Pressing::Soon);
        let Some(loading) = self.loading.take_if(|loading| loading.number == number) else {
            return;
        };
        effects.blobs.push(loading.blob);
        for done in loading.waiters {
            effects.answer(Answer::Guard(done, Err(error.clone())));
        }
        for saver in loading.savers {
            effects.answer(saver.answered(Ok(true)));
        }
        if let Some(done) = self.lender.take() {
            effects.answer(Answer::Lent(done, Err(error.clone())));
        }
    }

    /// A newer version is there: who waits gets it at once, and the load ends into nothing.
    pub(super) fn cut_off_load(&mut self, effects: &mut Effects<T>) {
        let Some(loading) = self.loading.take() else { return };
        effects.blobs.push(loading.blob);
        for done in loading.waiters {
            let held = self.here().cloned().ok_or_else(gone);
            effects.answer(Answer::Guard(done, held));
        }
        for saver in loading.savers {
            effects.answer(saver.answered(Ok(false)));
        }
        // He has gone away, or the handle that he borrows could not have brought the newer version.
        if let Some(done) = self.lender.take() {
            effects.answer(Answer::Lent(done, Err(gone())));
        }
    }
}
