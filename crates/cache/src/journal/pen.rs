//! A shard's hand in the journal.

use std::sync::Arc;

use forebay_journal::{Frame, JournalFailure};
use forebay_store::{Error, Result};

use super::log::Log;
use super::record::{Id, encode_refused, encode_settled};
use crate::quarantine::Refusal;

/// Writes the records of one shard, under the shard's lock: so the order of the journal is, for
/// each key, the order in which its writes were accepted and settled.
#[derive(Clone, Debug)]
pub(crate) struct Pen {
    log: Arc<Log>,
    shard: u64,
}

/// What became of a version.
#[derive(Debug)]
pub(crate) enum Mark {
    /// It is in the store, or something newer of its key is.
    Settled(u64),
    /// The store has refused it.
    Refused(u64, Refusal),
}

impl Pen {
    pub(crate) fn new(log: &Arc<Log>, shard: usize) -> Self {
        Self { log: Arc::clone(log), shard: shard as u64 }
    }

    pub(crate) fn id(&self, version: u64) -> Id {
        Id::new(version, self.shard)
    }

    /// Why the journal has failed, if it has.
    pub(crate) fn failure(&self) -> Option<Error> {
        let cause = JournalFailure::from(self.log.channel().failure()?);
        Some(Error::unavailable("the journal has failed").with_source(cause))
    }

    /// Appends a write that has just got its version. Says its number in the journal.
    pub(crate) fn write(&self, frame: &mut Frame, version: u64) -> Result<u64> {
        frame.overwrite_end(&self.id(version).0.to_le_bytes());
        self.log.append(frame, false)
    }

    /// Appends writes whose records end in their ids already. Says their number in the journal.
    pub(crate) fn write_run(&self, frame: &Frame) -> Result<u64> {
        self.log.append(frame, false)
    }

    /// The same for a write that lets another go, so that it has room in a full journal.
    pub(crate) fn write_instead(&self, frame: &mut Frame, version: u64) -> Result<u64> {
        frame.overwrite_end(&self.id(version).0.to_le_bytes());
        self.log.append(frame, true)
    }

    /// Adds to the frame of a write, which is to get this version, that it is in quarantine.
    pub(crate) fn add_refusal(
        &self,
        frame: &mut Frame,
        version: u64,
        refusal: &Refusal,
    ) -> Result<()> {
        let id = self.id(version);
        frame.overwrite_end(&id.0.to_le_bytes());
        frame.push_with(|bytes| {
            self.log.channel().begin_record(bytes);
            encode_refused(refusal, id, bytes);
            Ok(())
        })
    }

    /// An unstored write, to be appended again, and why it is in quarantine if it is.
    pub(crate) fn frame_again(
        &self,
        version: u64,
        quarantine: Option<&Refusal>,
        write: impl FnOnce(Id, &mut Vec<u8>) -> Result<()>,
    ) -> Result<Frame> {
        let (id, mut bytes) = (self.id(version), Vec::new());
        write(id, &mut bytes)?;
        let mut frame = Frame::of(&bytes)?;
        if let Some(refusal) = quarantine {
            bytes.clear();
            self.log.channel().begin_record(&mut bytes);
            encode_refused(refusal, id, &mut bytes);
            frame.push(&bytes)?;
        }
        Ok(frame)
    }

    /// Appends it.
    pub(crate) fn write_again(&self, frame: &Frame) -> Result<()> {
        self.log.append_again(frame).map(drop)
    }

    /// Appends what became of writes. What has no room is owed, and nothing goes to the store before it
    /// was appended.
    pub(crate) fn note(&self, marks: &[Mark]) {
        marks.chunks(Self::MARKS_MAX).for_each(|some| self.note_some(some));
    }

    /// So many marks fit a frame of the shortest segments.
    const MARKS_MAX: usize = 32;

    fn note_some(&self, marks: &[Mark]) {
        let mut frame = Frame::new();
        let mut bytes = Vec::new();
        let settled = |mark: &Mark| match mark {
            Mark::Settled(version) => Some(self.id(*version)),
            Mark::Refused(..) => None,
        };
        if marks.iter().any(|mark| settled(mark).is_some()) {
            self.log.channel().begin_record(&mut bytes);
            encode_settled(marks.iter().filter_map(settled), &mut bytes);
            push(&mut frame, &mut bytes);
        }
        for mark in marks {
            if let Mark::Refused(version, refusal) = mark {
                self.log.channel().begin_record(&mut bytes);
                encode_refused(refusal, self.id(*version), &mut bytes);
                push(&mut frame, &mut bytes);
            }
        }
        self.log.append_marks(frame);
    }
}

/// Marks are short.
fn push(frame: &mut Frame, bytes: &mut Vec<u8>) {
    let pushed = frame.push(bytes);
    debug_assert!(pushed.is_ok(), "some marks fit a frame");
    bytes.clear();
}
