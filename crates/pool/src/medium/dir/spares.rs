//! Files whose blobs are gone, kept to be written again.

use std::collections::VecDeque;
use std::sync::Arc;

use super::open_file::OpenFile;

/// A file whose blob is gone: writing into blocks that are there is faster than having new ones.
#[derive(Debug)]
pub(super) struct Spare {
    pub(super) file: Arc<OpenFile>,
    /// What it takes, in whole blocks.
    pub(super) room: u64,
    /// How long it is.
    pub(super) extent: u64,
}

/// Files to be written again: eight at most, and so many bytes. Where one comes that does not fit, the
/// oldest go.
#[derive(Debug)]
pub(super) struct Spares {
    all: VecDeque<Spare>,
    bytes: u64,
    bytes_max: u64,
}

impl Spares {
    const MOST: usize = 8;
    const BYTES: u64 = 256 << 20;

    pub(super) fn new(quota: Option<u64>) -> Self {
        let bytes_max = quota.map_or(Self::BYTES, |quota| Self::BYTES.min(quota / 16));
        Self { all: VecDeque::new(), bytes: 0, bytes_max }
    }

    /// The one that went last of those that take as much.
    pub(super) fn take(&mut self, room: u64) -> Option<Spare> {
        let found = self.all.iter().rposition(|spare| spare.room == room)?;
        let spare = self.all.remove(found)?;
        self.bytes -= spare.room;
        Some(spare)
    }

    /// Keeps a file, and gives back those that are too many. Close them where nobody waits.
    pub(super) fn put(&mut self, spare: Spare) -> Vec<Spare> {
        if spare.room > self.bytes_max {
            return vec![spare];
        }
        self.bytes += spare.room;
        self.all.push_back(spare);
        let mut too_many = Vec::new();
        while self.bytes > self.bytes_max || self.all.len() > Self::MOST {
            let Some(oldest) = self.all.pop_front() else { break };
            self.bytes -= oldest.room;
            too_many.push(oldest);
        }
        too_many
    }

    /// None is kept any more.
    pub(super) fn clear(&mut self) -> Vec<Spare> {
        self.bytes = 0;
        std::mem::take(&mut self.all).into()
    }
}
