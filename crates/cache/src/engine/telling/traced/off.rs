//! Nobody is told anything.

use forebay_store::Outcome;

use crate::event::Event;

/// Whether anybody may be told.
pub(crate) const IS_ON: bool = false;

/// Something that takes its time.
#[derive(Clone, Debug)]
pub(crate) struct Span;

impl Span {
    pub(crate) fn batch(_: u64, _: usize, _: u32, _: bool, _: impl FnOnce() -> u64) -> Self {
        Self
    }

    pub(crate) fn load(_: usize) -> Self {
        Self
    }

    pub(crate) fn flush(_: u64) -> Self {
        Self
    }

    pub(crate) fn checkpoint() -> Self {
        Self
    }

    pub(crate) fn open() -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "the other one has something to enter")]
    pub(crate) fn run<R>(&self, job: impl FnOnce() -> R) -> R {
        job()
    }

    #[expect(clippy::unused_self, reason = "the other one has something to end")]
    pub(crate) fn batch_ended(self, _: Option<&[Outcome]>, _: u64) {}

    #[expect(clippy::unused_self, reason = "the other one has something to end")]
    pub(crate) fn ended(self, _: bool) {}
}

pub(crate) fn tell(_: &Event) {}
