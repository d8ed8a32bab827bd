//! The journal of one cache: what is appended, and what is owed to it.

use std::fmt;

use forebay_journal::{Channel, Frame, JournalFailure};
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, Ordering};
use forebay_store::{Done, Durability, Error, ErrorKind, Op, Result};

use super::growth::Growth;

pub(crate) struct Log {
    channel: Channel,
    owed: Mutex<Owed>,
    is_owing: AtomicBool,
    growth: Growth,
    /// A checkpoint is under way.
    is_walking: AtomicBool,
    /// What an earlier owner left is being written anew, so that what it wrote may go.
    is_restoring: AtomicBool,
}

/// Marks that the journal has not taken yet.
#[derive(Default)]
struct Owed {
    frames: Vec<Frame>,
    /// Those that wait until it has.
    waiting: Vec<Done<()>>,
}

impl Log {
    pub(crate) fn new(channel: Channel, segment_bytes: u64) -> Self {
        let growth = Growth::new(segment_bytes, channel.bytes_max());
        Self {
            channel,
            owed: Mutex::default(),
            is_owing: AtomicBool::new(false),
            growth,
            is_walking: AtomicBool::new(false),
            is_restoring: AtomicBool::new(false),
        }
    }

    pub(crate) fn channel(&self) -> &Channel {
        &self.channel
    }

    pub(crate) fn growth(&self) -> &Growth {
        &self.growth
    }

    /// Whether it has come so far since this was last so that it is to be looked at again. It is asked at every write.
    #[inline]
    pub(crate) fn is_longer(&self) -> bool {
        self.growth.is_longer(self.channel.reach())
    }

    /// Whether it has taken so much of what it may have on disk that room may become scarce.
    pub(crate) fn is_filling(&self) -> bool {
        self.growth.is_filling(self.channel.extent())
    }

    /// Appends a write. What is `own` may use the room that is kept for making room.
    pub(crate) fn append(&self, frame: &Frame, own: bool) -> Result<u64> {
        if self.is_restoring.load(Ordering::Relaxed) {
            return self.append_again(frame);
        }
        let number =
            if own { self.channel.append_own(frame)? } else { self.channel.append(frame)? };
        self.growth.came(frame.length() as u64);
        Ok(number)
    }

    /// Appends what is in the journal already.
    pub(super) fn append_again(&self, frame: &Frame) -> Result<u64> {
        self.channel.append_again(frame)
    }

    /// Appends what became of so many writes. What the journal does not take is owed to it, whatever the
    /// reason: nothing goes to the store meanwhile.
    pub(super) fn append_marks(&self, frame: Frame) {
        self.growth.came(frame.length() as u64);
        let mut owed = self.owed.lock();
        if !owed.frames.is_empty() || self.channel.append_own(&frame).is_err() {
            owed.frames.push(frame);
            self.is_owing.store(true, Ordering::SeqCst);
        }
    }

    pub(crate) fn is_owing(&self) -> bool {
        self.is_owing.load(Ordering::SeqCst)
    }

    /// Appends the marks that are owed, and waits for room if need be. It may sync.
    pub(crate) fn pay_all(&self) -> Result<()> {
        let result = loop {
            match self.pay() {
                Err(error) if error.kind() == ErrorKind::Busy => {
                    let longest = self.owed.lock().frames.iter().map(Frame::length).max();
                    if let Err(error) = self.channel.make_room_own(longest.unwrap_or(0)) {
                        break Err(error);
                    }
                }
                paid => break paid,
            }
        };
        let waiting = std::mem::take(&mut self.owed.lock().waiting);
        for done in waiting {
            done.complete(result.clone());
        }
        result
    }

    /// Pays what is owed and syncs everything that was appended until now. It blocks. Says the last
    /// record.
    pub(crate) fn sync_all(&self) -> Result<u64> {
        self.pay_all()?;
        let last = self.channel.position().appended;
        self.channel.wait(last, Durability::Synced)?;
        Ok(last)
    }

    /// Appends the marks that are owed, as far as there is room.
    pub(crate) fn pay(&self) -> Result<()> {
        if !self.is_owing() {
            return Ok(());
        }
        let mut owed = self.owed.lock();
        let mut paid = 0;
        let result = owed.frames.iter().try_for_each(|frame| {
            self.channel.append_own(frame)?;
            paid += 1;
            Ok(())
        });
        owed.frames.drain(..paid);
        self.is_owing.store(!owed.frames.is_empty(), Ordering::SeqCst);
        result
    }

    /// Answers when all that is owed has been appended, or could not be.
    pub(crate) fn when_paid(&self, done: Done<()>) {
        self.owed.lock().waiting.push(done);
    }

    pub(crate) fn has_unpaid(&self) -> bool {
        !self.owed.lock().waiting.is_empty()
    }

    /// Ready when everything that was appended until now is on the device.
    pub(crate) fn when_synced(&self) -> Op<()> {
        match self.channel.failure() {
            Some(cause) => Op::failed(failed(cause)),
            None => self.channel.when(self.channel.position().appended, Durability::Synced),
        }
    }

    /// What is appended from now on is written anew, or no more so.
    pub(crate) fn set_restoring(&self, is_restoring: bool) {
        self.is_restoring.store(is_restoring, Ordering::Relaxed);
    }

    /// Closes the journal in order. Nothing that it has is needed any more.
    pub(crate) fn close(&self, last: u64) -> Result<()> {
        self.channel.retire(last + 1)?;
        self.channel.close()
    }

    /// Begins a checkpoint, unless one is under way.
    pub(crate) fn begin_checkpoint(&self) -> bool {
        let begins = !self.is_walking.swap(true, Ordering::SeqCst);
        if begins {
            self.growth.call();
        }
        begins
    }

    /// Whether a checkpoint is under way.
    pub(crate) fn has_checkpoint(&self) -> bool {
        self.is_walking.load(Ordering::SeqCst)
    }

    /// The checkpoint is over, however it ended.
    pub(crate) fn end_checkpoint(&self) {
        self.is_walking.store(false, Ordering::SeqCst);
    }
}

#[cold]
fn failed(cause: Error) -> Error {
    Error::unavailable("the journal has failed: see to its disk, and open the cache again")
        .with_source(JournalFailure::from(cause))
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("channel", &self.channel).finish_non_exhaustive()
    }
}
