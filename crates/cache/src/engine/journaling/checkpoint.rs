//! Shortening the journal: what is not stored is written forward, and what lies before may go.
//!
//! Nothing is kept per entry for it. When the journal has grown by twice what was unstored at the
//! last time, all that is unstored now is appended once more, which costs less than what was
//! appended since; a key that is never stored holds up nothing. One that is made for want of room may cost more:
//! how room for it is kept is in `flusher/relief.rs`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{Durability, Error, ErrorKind, Key, Result, Value};

use super::journaled::Journaling;
use crate::engine::shared::Shared;
use crate::engine::telling::traced::Span;
use crate::engine::trampoline::caught;
use crate::journal::{Begun, Live, Standing};
use crate::mode::Mode;
use crate::table::Walk;

impl<K: Key, V: Value> Shared<K, V> {
    /// Has a checkpoint made if one is due (`flusher/relief.rs` says when).
    pub(in crate::engine) fn note_extent(self: &Arc<Self>) {
        if self.journal().is_some_and(|journal| self.is_checkpoint_due(journal)) {
            self.checkpoint_soon();
        }
        let is_filling = |journal: &Journaling<K, V>| journal.log.is_filling();
        // What shows it already is looked at again by a timer until it is over.
        if self.modes.shows_better_than(Mode::JournalFilling)
            && self.journal().is_some_and(is_filling)
        {
            self.see_mode();
        }
    }

    pub(in crate::engine) fn is_checkpoint_due(&self, journal: &Journaling<K, V>) -> bool {
        let is_short = self.is_journal_short();
        journal.log.growth().is_due(&self.standing(journal), is_short)
    }

    /// What the journal takes now, and what is unstored. No lock of a shard is taken here: a thread of another tenant, or one
    /// that puts, is not to wait for all of them.
    pub(in crate::engine) fn standing(&self, journal: &Journaling<K, V>) -> Standing {
        let channel = journal.log.channel();
        let unstored = self.budget.unstored_bytes();
        // An older version that is with the store still has room, but is never written forward.
        let overtaken = self.cells.iter().map(|cell| cell.overtaken.load(Ordering::Relaxed));
        let weight = unstored.saturating_sub(overtaken.sum());
        let (extent, reach, others) = (channel.extent(), channel.reach(), channel.others());
        Standing { moment: self.parts.seams.clock.now(), extent, reach, weight, others }
    }

    /// Has a checkpoint made on another thread, unless one is under way.
    pub(crate) fn checkpoint_soon(self: &Arc<Self>) {
        if !self.journal().is_some_and(|journal| journal.log.begin_checkpoint()) {
            return;
        }
        let job = CheckpointJob {
            shared: Arc::clone(self),
            has_ended: false,
            has_written: false,
            live: Live::default(),
        };
        self.parts.seams.spawn.run(Box::new(move || job.run()));
    }

    /// Appends everything that is not stored, syncs it, and lets go of what lies before. Says what had come when it began;
    /// and in `live` what it appended, however it ends.
    fn checkpoint(&self, journal: &Journaling<K, V>, live: &mut Live) -> Result<Begun> {
        journal.log.pay_all()?;
        let begun = journal.log.growth().begin(journal.log.channel().others());
        let position = journal.log.channel().position();
        for n in 0..self.cells.len() {
            let mut walk = Walk::default();
            let walked = self.forward(journal, n, &mut walk);
            live.bytes += walk.bytes;
            live.weight += walk.weight;
            walked?;
        }
        journal.log.sync_all()?;
        journal.log.channel().retire(position.appended + 1)?;
        Ok(begun)
    }

    fn forward(&self, journal: &Journaling<K, V>, n: usize, walk: &mut Walk) -> Result<()> {
        loop {
            let step = || {
                let shard = self.cells[n].lock.read();
                shard.forward(walk, |key, value, deadline, id, bytes| {
                    journal.encode(key, value, deadline, id, bytes).map_err(of_the_codec)
                })
            };
            // What was appended is written here, not by the next writer that wants its own written.
            let last = journal.log.channel().position().appended;
            // The codec is foreign code.
            let panicked = || Error::new(ErrorKind::Aborted, "the codec of the journal panicked");
            match catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|_| Err(panicked())) {
                Ok(true) => return Ok(()),
                Ok(false) => journal.log.channel().wait(last, Durability::Journaled)?,
                Err(error) if error.kind() == ErrorKind::Busy => {
                    // No more than that: for a longer one a segment that is ready might stay behind empty,
                    // and another be made beyond the bound.
                    journal.log.channel().make_room_own(walk.length)?;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// An error of the codec. If that is `Busy`, it gets another kind: for room in the journal would not help it, and the
/// walk would ask again without end.
fn of_the_codec(error: Error) -> Error {
    if error.kind() == ErrorKind::Busy {
        return Error::new(ErrorKind::Aborted, "the codec of the journal is busy")
            .with_source(error);
    }
    error
}

/// A checkpoint on its way. However it ends, another may begin.
struct CheckpointJob<K: Key, V: Value> {
    shared: Arc<Shared<K, V>>,
    has_ended: bool,
    /// It has appended something, as far as is known.
    has_written: bool,
    /// What that was, if it did not panic.
    live: Live,
}

impl<K: Key, V: Value> CheckpointJob<K, V> {
    fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        let Some(journal) = shared.journal() else { return };
        // For all that is known if it panics.
        self.has_written = true;
        let span = Span::checkpoint();
        let mut live = Live::default();
        let made = span.run(|| shared.checkpoint(journal, &mut live));
        span.ended(made.is_ok());
        self.has_written = live.bytes > 0;
        self.live = live;
        // If it fails the journal only stays longer, and it is tried again.
        if let Ok(begun) = made {
            let (reach, others) = (journal.log.channel().reach(), journal.log.channel().others());
            journal.log.growth().end(begun, live, (reach, others));
            self.has_ended = true;
        }
        let has_ended = self.has_ended;
        drop(self);
        if has_ended {
            shared.see_to_journal();
        } else {
            shared.tell_if_journal_failed();
        }
    }
}

impl<K: Key, V: Value> Drop for CheckpointJob<K, V> {
    fn drop(&mut self) {
        let Some(journal) = self.shared.journal() else { return };
        if !self.has_ended {
            let fail = || {
                let now = (journal.log.channel().reach(), self.shared.parts.seams.clock.now());
                journal.log.growth().fail(self.has_written, self.live, now);
            };
            caught(fail);
            if self.has_written {
                // What this has written forward may lie behind records that another tenant could write forward.
                journal.log.channel().note_news();
            }
        }
        journal.log.end_checkpoint();
        // What is in the way has waited for its end, however it ended.
        if !self.shared.has_failed_journal() {
            caught(|| self.shared.relieve_journal());
        }
    }
}
