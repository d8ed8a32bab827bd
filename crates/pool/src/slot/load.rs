//! The load of an object that is spilled: who waits for it, and how it ends.

use std::sync::Arc;

use forebay_counted::Counted;
use forebay_store::{Done, Error};

use super::blob::Blob;
use super::desk::{Desk, Memory};
use super::effects::{Answer, Effects};
use super::lend::busy;
use super::reader::Want;
use super::saver::{Saver, gone};
use crate::handle::Guard;
use crate::hint::Hint;
use crate::inner::closed;
use crate::object::Object;

/// A load under way.
pub(super) struct Loading<T: Object> {
    pub(super) number: u32,
    /// Its own: it reads on when the object is gone meanwhile.
    pub(super) blob: Arc<Blob>,
    pub(super) waiters: Vec<Done<Guard<T>>>,
    pub(super) savers: Vec<Saver>,
    /// It is worth it although nobody waits.
    pub(super) is_ahead: bool,
    pub(super) phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It asks for room.
    Asking,
    /// It has room, and waits for a lane.
    Granted,
    /// It is finished now whoever goes away.
    Reading,
}

/// A load that is to be begun, and what it needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begun {
    pub(super) number: u32,
    pub(super) bytes: u64,
}

/// So many may wait for one load, for one lent value, or for one write.
pub(super) const WAITERS_MAX: usize = 65_536;

pub(super) fn crowded() -> Error {
    busy("has too many who wait for it")
}

impl<T: Object> Desk<T> {
    /// Whether too many wait for it.
    pub(super) fn is_crowded(&self) -> bool {
        let loading = self.loading.as_ref();
        let waiting = loading.map_or(0, |loading| loading.waiters.len().max(loading.savers.len()));
        waiting.max(self.readers.len()).max(self.savers.len()) >= WAITERS_MAX
    }

    /// Answers a reader, or notes him. A load that this begins is said.
    pub(super) fn read(&mut self, done: Done<Guard<T>>, effects: &mut Effects<T>) -> Option<Begun> {
        match self.memory() {
            _ if self.gone => effects.answer(Answer::Guard(done, Err(gone()))),
            _ if self.is_crowded() => effects.answer(Answer::Guard(done, Err(crowded()))),
            Memory::Here(held) => {
                effects.answer(Answer::Guard(done, Ok(Counted::clone(held))));
                self.hits += 1;
                if self.hint == Hint::Once {
                    self.use_once(effects);
                }
            }
            Memory::Lent => self.wait_for_lent(Want::Guard(done), effects),
            Memory::Away if self.closed => effects.answer(Answer::Guard(done, Err(closed()))),
            Memory::Away => {
                let begun = self.begin_load();
                effects.has_joined = begun.is_none();
                self.loading.as_mut()?.waiters.push(done);
                return begun;
            }
        }
        None
    }

    /// Begins the load of what is away, if it is not under way.
    pub(super) fn begin_load(&mut self) -> Option<Begun> {
        if self.loading.is_some() {
            return None;
        }
        let blob = Arc::clone(self.blob.as_ref()?);
        self.works = self.works.wrapping_add(1);
        let begun = Begun { number: self.works, bytes: self.load_bytes() };
        self.loading = Some(Loading {
            number: self.works,
            blob,
            waiters: Vec::new(),
            savers: Vec::new(),
            is_ahead: false,
            phase: Phase::Asking,
        });
        Some(begun)
    }

    /// Begins a load that nobody waits for.
    pub(super) fn begin_ahead(&mut self) -> Option<Begun> {
        let is_away = matches!(self.memory(), Memory::Away) && !self.gone && !self.closed;
        let begun = if is_away { self.begin_load() } else { None }?;
        self.loading.as_mut()?.is_ahead = true;
        Some(begun)
    }

    /// There is no spare room for a load that nobody waited for. Whether somebody does now; if not it is
    /// given up.
    pub(super) fn is_load_kept(&mut self, number: u32, effects: &mut Effects<T>) -> bool {
        let Some(loading) = self.load_mut(number) else { return false };
        // Somebody else has brought room.
        if loading.phase != Phase::Asking {
            return false;
        }
        loading.is_ahead = false;
        if self.is_load_wanted(number) {
            return true;
        }
        self.load_failed(number, &gone(), effects);
        false
    }

    /// The load that asks for room still.
    pub(super) fn asking_load(&self) -> Option<u32> {
        let loading = self.loading.as_ref().filter(|loading| loading.phase == Phase::Asking);
        loading.map(|loading| loading.number)
    }

    pub(super) fn load_mut(&mut self, number: u32) -> Option<&mut Loading<T>> {
        self.loading.as_mut().filter(|loading| loading.number == number)
    }

    /// Whether anybody waits for a load still.
    pub(super) fn is_load_wanted(&self, number: u32) -> bool {
        let loading = self.loading.as_ref().filter(|loading| loading.number == number);
        loading.is_some_and(|loading| {
            loading.is_ahead
                || loading.waiters.iter().any(|done| !done.is_abandoned())
                || loading.savers.iter().any(|saver| !saver.is_abandoned())
                || self.lender.as_ref().is_some_and(|done| !done.is_abandoned())
        })
    }

    /// A lane has taken it: this is what it reads. Nothing, if nobody wants it any more.
    pub(super) fn start_load(
        &mut self,
        number: u32,
        effects: &mut Effects<T>,
    ) -> Option<Arc<Blob>> {
        if !self.is_load_wanted(number) {
            self.load_failed(number, &gone(), effects);
            return None;
        }
        // Another room may have come first.
        let loading = self.load_mut(number).filter(|loading| loading.phase != Phase::Reading)?;
        loading.phase = Phase::Reading;
        Some(Arc::clone(&loading.blob))
    }
}
