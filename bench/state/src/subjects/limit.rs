//! The limit of the disk: as many bytes as the keys and values have, appended to a file that was filled
//! before, and synced. Threads that come at the same time share a sync. Nothing is kept, found or checked.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use forebay_measure::Ideal;

use super::disk::bytes;
use super::durable::Durable;
use super::subject::Result;
use crate::people::Person;

/// Bytes; when it is full, it is written from its front again.
const LENGTH: u64 = 16 << 20;

/// The pieces in which the file is filled. Of 4 KiB to 1 MiB these are the best for large transactions, and
/// as good as any for small ones.
const PIECE: usize = 64 << 10;

pub(super) struct Limit {
    log: Ideal,
    /// What is written: as much of it as there is to write.
    sample: Vec<u8>,
    /// Freeing them is not the disk's work, so it is not done while it is timed.
    records: Mutex<Vec<Vec<(String, Person)>>>,
}

impl Limit {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let log = Ideal::open(folder, LENGTH, PIECE)?;
        Ok(Self { log, sample: vec![1; 1 << 20], records: Mutex::default() })
    }
}

impl Durable for Limit {
    fn put(&self, records: Vec<(String, Person)>) -> Result<()> {
        let Some((key, person)) = records.first() else { return Ok(()) };
        // All of them are as long as the first one, but for a digit.
        let length = (key.len() + bytes(person)?.len()) * records.len();
        self.log.put(self.sample.get(..length).ok_or("that is more than is written at once")?)?;
        self.records.lock().unwrap_or_else(PoisonError::into_inner).push(records);
        Ok(())
    }
}
