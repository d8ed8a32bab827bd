//! A file that is read while somebody hears how far that is.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;

use forebay_store::{Error, ErrorKind, Result};

use super::bytes::{Bytes, OpenFile};
use super::report::Progress;

/// A file that is read from front to end while somebody hears how far that is, and may break it off.
pub(super) struct Watched<'a> {
    file: &'a OpenFile,
    told: RefCell<&'a mut dyn FnMut(Progress) -> ControlFlow<()>>,
    /// How far it was before this file.
    before: Progress,
    read: Cell<u64>,
    told_at: Cell<u64>,
    is_cut_off: Cell<bool>,
}

impl<'a> Watched<'a> {
    /// It is told each time when so much was read.
    const STEP: u64 = 4 << 20;

    pub(super) fn new(
        file: &'a OpenFile,
        before: Progress,
        told: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Self {
        let (told, is_cut_off) = (RefCell::new(told), Cell::new(false));
        Self { file, told, before, read: Cell::new(0), told_at: Cell::new(0), is_cut_off }
    }

    /// It was broken off, and what was said about the file means nothing.
    pub(super) fn is_cut_off(&self) -> bool {
        self.is_cut_off.get()
    }
}

impl Bytes for Watched<'_> {
    fn length(&self) -> u64 {
        self.file.length()
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> Result<()> {
        self.file.read_at(at, into)?;
        let read = self.read.get() + into.len() as u64;
        self.read.set(read);
        if read - self.told_at.get() < Self::STEP {
            return Ok(());
        }
        self.told_at.set(read);
        let done = self.before.done + read.min(self.length());
        if (self.told.borrow_mut())(Progress { done, ..self.before }).is_break() {
            self.is_cut_off.set(true);
            return Err(Error::new(ErrorKind::Aborted, "it was broken off"));
        }
        Ok(())
    }
}
