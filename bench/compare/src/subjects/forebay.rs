//! Forebay, write-behind and write-through: without a journal on seams without a thread hop, with one
//! on the real ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use forebay_cache::{Builder, ByteSize, Cache, Settings};
use forebay_store::seam::SystemClock;
use forebay_store::seam::manual::{InlineSpawn, SeededRandom};
use forebay_store::{Durability, Error, Result, Seams};
use tempfile::TempDir;

use super::background::Background;
use super::kind::Room;
use super::null_store::NullStore;
use super::subject::Subject;
use crate::stopwatch::{TimerlessClock, spin};

pub(crate) struct Forebay {
    cache: Cache<u64, u64>,
    written: Arc<AtomicU64>,
    is_behind: bool,
    journal: Option<Journal>,
}

/// What a cache with a journal has besides.
struct Journal {
    background: Arc<Background>,
    /// Gone with the subject.
    _folder: TempDir,
}

impl Forebay {
    pub(crate) fn behind(entries: usize, room: Room) -> Result<Self> {
        let settings = Self::settings(entries);
        Self::open(entries, room, true, seams(), |builder| builder.write_behind(settings))
    }

    /// Behind, with a journal on the disk of the temporary folder. It has the clock and the threads that
    /// a user's program has: they sync it, make its segments and keep it short.
    pub(crate) fn journaled(entries: usize, room: Room, rung: Durability) -> Result<Self> {
        let settings = Self::settings(entries);
        let folder = tempfile::tempdir().map_err(|error| {
            Error::unavailable("make a folder for a journal").with_source(error)
        })?;
        let path = folder.path().join("journal");
        let background = Arc::new(Background::new());
        let spawn = Arc::clone(&background);
        let seams = Seams { clock: SystemClock::shared(), spawn, ..seams() };
        let mut opened = Self::open(entries, room, true, seams, |builder| {
            builder.write_behind_at(rung, settings).journal(path)
        })?;
        opened.journal = Some(Journal { background, _folder: folder });
        Ok(opened)
    }

    fn settings(entries: usize) -> Settings {
        Settings {
            dirty_entries_max: entries * 4,
            // Nothing goes to the store because its time has come: every flush is asked for.
            flush_delay: Duration::from_secs(24 * 3600),
            ..Settings::default()
        }
    }

    pub(crate) fn through(entries: usize, room: Room) -> Result<Self> {
        let settings = Settings::default();
        Self::open(entries, room, false, seams(), |builder| builder.write_through(settings))
    }

    fn open(
        entries: usize,
        room: Room,
        is_behind: bool,
        seams: Seams,
        writing: impl FnOnce(Builder<u64, u64>) -> Builder<u64, u64>,
    ) -> Result<Self> {
        // At most half of the capacity may be dirty, and up to half of that room is taken without a lock; so all
        // entries may be dirty, and none of them was scarce, in somewhat more than four times what they weigh then.
        let (clean, dirty) = weights()?;
        let each = if room == Room::Full { clean } else { dirty * 5 };
        let capacity = ByteSize::bytes(each * entries as u64);
        let store = NullStore::default();
        let written = Arc::clone(&store.written);
        let builder = Cache::builder(store).capacity(capacity).seams(seams);
        let cache = writing(builder).open().wait()?;
        Ok(Self { cache, written, is_behind, journal: None })
    }
}

fn seams() -> Seams {
    Seams {
        clock: Arc::new(TimerlessClock::new()),
        spawn: Arc::new(InlineSpawn),
        random: Arc::new(SeededRandom::new(1)),
    }
}

/// What one entry weighs that is clean, and that is dirty, asked of a cache that has one.
fn weights() -> Result<(u64, u64)> {
    let builder = Cache::builder(NullStore::default()).seams(seams());
    let cache = builder.write_behind(Forebay::settings(1)).open().wait()?;
    cache.put(1, 1).wait()?;
    let dirty = cache.stats().resident_bytes;
    cache.flush().wait()?;
    Ok((cache.stats().resident_bytes, dirty))
}

impl Subject for Forebay {
    fn put(&mut self, keys: &[u64]) -> Result<()> {
        keys.iter().try_for_each(|key| self.cache.put(*key, *key).wait().map(drop))
    }

    fn delete(&mut self, keys: &[u64]) -> Result<()> {
        keys.iter().try_for_each(|key| self.cache.delete(*key).wait().map(drop))
    }

    fn get(&mut self, keys: &[u64]) -> Result<usize> {
        let mut found = 0;
        for key in keys {
            found += usize::from(self.cache.get(key).wait()? == Some(*key));
        }
        Ok(found)
    }

    fn keep_up(&mut self) -> Result<()> {
        self.store_dirty()
    }

    fn store_dirty(&mut self) -> Result<()> {
        if self.is_behind {
            self.cache.flush().wait()?;
        }
        Ok(())
    }

    fn flush_older_than(&mut self, age: Duration) -> Result<usize> {
        let stored = self.cache.flush_older_than(age).wait()?;
        Ok(usize::try_from(stored).unwrap_or(usize::MAX))
    }

    fn rest(&mut self) -> Result<()> {
        const LONGEST: Duration = Duration::from_secs(60);
        const LOOK: Duration = Duration::from_micros(100);
        let Some(journal) = &self.journal else { return Ok(()) };
        // Who waits for a limited time has a thread of the background sync.
        let late = |_| Error::unavailable("the journal was not synced within a minute");
        self.cache.sync().wait_timeout(LONGEST).map_err(late)??;
        while !journal.background.is_idle() {
            spin(LOOK);
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.cache.len()
    }

    fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }
}

impl Drop for Forebay {
    /// Else what is dirty would be stored, on other threads, while somebody else is measured.
    fn drop(&mut self) {
        if self.journal.is_some() {
            // The samples are taken; nothing depends on how it ends.
            let _ = self.cache.close(Duration::from_secs(60)).wait();
        }
    }
}
