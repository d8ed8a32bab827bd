//! The settings of a journal.

use std::time::Duration;

use forebay_store::{Error, Result, Seams};

use crate::format::frame::{BODY_MAX, HEADER};
use crate::format::identity::LABEL_MAX;
use crate::format::{BLOCK, next_block};

/// The settings of a journal. All have defaults.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The length of a segment; rounded up to blocks of 4096 bytes, at least sixteen of them. A frame
    /// must fit into one. The first ones of each owner may be shorter, so that neither opening nor the
    /// first writes wait for the disk to take a whole one: an eighth, at least 8 MiB, and each twice as
    /// long as the one before. Default 64 MiB.
    pub segment_bytes: u64,
    /// The most bytes on disk, in segments. When they are all in use, appends are refused with
    /// `Busy` until some are retired. At least four segments. What was accepted and has to be
    /// written again, after a failure or a kill, may go beyond it. Each owner begins a segment of its
    /// own, so a journal that is opened so many times, with a record each, and never retired from is
    /// full, too; it opens all the same, so that something can be retired. Default 4 GiB.
    pub bytes_max: u64,
    /// The most bytes in memory: accepted and not yet synced. Beyond it appends are refused with
    /// `Busy`; [`make_room`](crate::Journal::make_room) waits. Default 64 MiB.
    pub buffer_max: usize,
    /// How long a record may wait for a sync that nobody asks for. Default 100 ms.
    pub sync_after: Duration,
    /// What the journal holds, in the user's words; at most 1024 bytes. A journal opens only with the
    /// label it was made with.
    pub label: String,
    /// Time, threads and randomness.
    pub seams: Seams,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            bytes_max: 4 << 30,
            buffer_max: 64 << 20,
            sync_after: Duration::from_millis(100),
            label: String::new(),
            seams: Seams::default(),
        }
    }
}

impl Settings {
    /// Rounds what has to be rounded, and checks the rest, as opening a journal does.
    ///
    /// # Errors
    ///
    /// `Invalid` if no journal can be opened with them.
    ///
    /// ```
    /// use forebay_journal::Settings;
    ///
    /// assert!(Settings::default().check().is_ok());
    /// assert!(Settings { bytes_max: 1, ..Settings::default() }.check().is_err());
    /// ```
    pub fn check(&mut self) -> Result<()> {
        if self.segment_bytes > u64::from(u32::MAX) {
            return Err(Error::invalid("`segment_bytes` is more than 4 GiB"));
        }
        self.segment_bytes = next_block(self.segment_bytes.max(16 * BLOCK));
        if self.bytes_max < 4 * self.segment_bytes {
            return Err(Error::invalid("`bytes_max` is less than four times `segment_bytes`"));
        }
        if self.label.len() > LABEL_MAX {
            return Err(Error::invalid(format!("the label is longer than {LABEL_MAX} bytes")));
        }
        Ok(())
    }

    /// The longest frame that one segment can hold.
    pub(crate) fn frame_max(&self) -> usize {
        let room = usize::try_from(self.segment_bytes - 2 * BLOCK).unwrap_or(usize::MAX);
        room.min(HEADER + BODY_MAX)
    }
}
