//! What one user of a journal may do with it.

use std::fmt;

use forebay_store::{Durability, Error, Op, Result};

use crate::frame::Frame;
use crate::journal::{Journal, Position};
use crate::loss_bound::LossBound;

/// A journal as one of its users has it. Alone it is the [`Journal`], call for call and byte for byte.
///
/// Handles are cheap to clone; all methods may be called from any thread.
///
/// ```
/// # use forebay_journal::disk::simulated::SimulatedDisk;
/// use forebay_journal::{Channel, Frame, Journal, Settings};
/// use forebay_store::Durability;
///
/// # let disk = SimulatedDisk::new(1);
/// # let settings = Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, ..Settings::default() };
/// let (journal, _) = Journal::open(disk.directory("a"), settings, |_, _| Ok(()))?;
/// let channel = Channel::alone(journal);
/// let mut frame = Frame::new();
/// frame.push_with(|bytes| {
///     channel.begin_record(bytes);
///     bytes.extend_from_slice(b"hello");
///     Ok(())
/// })?;
/// let number = channel.append(&frame)?;
/// channel.wait(number, Durability::Synced)?;
/// channel.close()?;
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[derive(Clone)]
pub struct Channel {
    journal: Journal,
}

impl Channel {
    /// The channel of somebody who has a journal for himself.
    pub fn alone(journal: Journal) -> Self {
        Self { journal }
    }

    /// Puts what every record begins with at the end of `bytes`: nothing if the journal is not shared.
    /// Whoever writes a record calls it first.
    pub fn begin_record(&self, bytes: &mut Vec<u8>) {
        let _ = bytes;
    }

    /// See [`Journal::append`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn append(&self, frame: &Frame) -> Result<u64> {
        self.journal.append(frame)
    }

    /// As [`append`](Self::append), with the room that is kept for saying what may go.
    #[doc(hidden)]
    pub fn append_own(&self, frame: &Frame) -> Result<u64> {
        self.journal.append_own(frame)
    }

    /// See [`Journal::make_room`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn make_room(&self, length: usize) -> Result<()> {
        self.journal.make_room(length)
    }

    /// As [`make_room`](Self::make_room) for [`append_own`](Self::append_own).
    #[doc(hidden)]
    pub fn make_room_own(&self, length: usize) -> Result<()> {
        self.journal.make_room_own(length)
    }

    /// See [`Journal::wait`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn wait(&self, number: u64, rung: Durability) -> Result<()> {
        self.journal.wait(number, rung)
    }

    /// See [`Journal::when`].
    pub fn when(&self, number: u64, rung: Durability) -> Op<()> {
        self.journal.when(number, rung)
    }

    /// How far the journal has come, whoever uses it.
    pub fn position(&self) -> Position {
        self.journal.position()
    }

    /// See [`Journal::loss_bound`].
    pub fn loss_bound(&self) -> LossBound {
        self.journal.loss_bound()
    }

    /// The bytes on disk that the journal takes, whoever uses it.
    pub fn extent(&self) -> u64 {
        self.journal.extent()
    }

    /// Why it takes nothing any more, if it has failed.
    pub fn failure(&self) -> Option<Error> {
        self.journal.failure()
    }

    /// The most bytes that a frame may have, see [`Frame::length`].
    pub fn frame_max(&self) -> usize {
        self.journal.frame_max()
    }

    /// What tells this journal from all others.
    pub fn journal_id(&self) -> [u8; 16] {
        self.journal.id()
    }

    /// Says that its user needs no record before `needed` any more. Blocks as [`Journal::retire`] does.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn retire(&self, needed: u64) -> Result<()> {
        self.journal.retire(needed)
    }

    /// See [`Journal::close`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn close(&self) -> Result<()> {
        self.journal.close()
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel").field("journal", &self.journal).finish_non_exhaustive()
    }
}
