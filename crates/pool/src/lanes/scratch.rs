//! The buffers of writes.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// The buffer of a write. Its room is taken when the pool is built.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) bytes: Vec<u8>,
}

/// A scratch that goes back when this is dropped.
#[derive(Debug)]
pub(crate) struct ScratchGuard<'a> {
    scratch: Scratch,
    of: PhantomData<&'a ()>,
}

impl ScratchGuard<'_> {
    pub(super) fn new(scratch: Scratch) -> Self {
        Self { scratch, of: PhantomData }
    }
}

impl Deref for ScratchGuard<'_> {
    type Target = Scratch;

    fn deref(&self) -> &Scratch {
        &self.scratch
    }
}

impl DerefMut for ScratchGuard<'_> {
    fn deref_mut(&mut self) -> &mut Scratch {
        &mut self.scratch
    }
}
