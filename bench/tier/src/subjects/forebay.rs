//! Forebay, write-behind at `Memory`, without a journal.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use forebay_cache::{ByteSize, Cache, Lookup, Settings};
use forebay_store::seam::SystemClock;
use forebay_store::seam::manual::{InlineSpawn, SeededRandom};
use forebay_store::{Durability, Result, Seams};

use super::null_store::{Heard, NullStore};
use super::subject::{Room, Subject};
use crate::pair::Pair;

pub(crate) struct Forebay<P: Pair> {
    cache: Cache<P::Key, P::Value>,
    heard: Arc<Heard>,
}

impl<P: Pair> Forebay<P> {
    /// Its flushes are asked for, and jobs run where they are handed in: nothing is done on another thread
    /// and goes unmeasured.
    pub(crate) fn open(entries: u32, room: Room) -> Result<Self> {
        // At most half of the capacity may be dirty, and up to half of that room is taken without a lock; so
        // all entries may be dirty, and none of them was scarce, in somewhat more than four times what they weigh
        // then.
        let (clean, dirty) = weights::<P>()?;
        let each = if room == Room::Full { clean } else { dirty * 5 };
        let capacity = each * u64::from(entries);
        Self::build(capacity, Self::patient(entries), inline_seams())
    }

    /// With so many bytes for entries, of which so many hundredths are dirty and wait for a store that is
    /// silent. At most 99 of them.
    pub(crate) fn dirty(entries: u32, share: u32, keys: &[P::Key]) -> Result<Self> {
        let (clean, dirty) = weights::<P>()?;
        let capacity = clean * u64::from(entries);
        let count =
            usize::try_from(capacity / 100 * u64::from(share) / dirty).unwrap_or(keys.len());
        let dirty_bytes_max = Some(ByteSize::bytes(capacity - capacity / 128));
        let settings = Settings { dirty_bytes_max, ..Self::patient(entries) };
        let opened = Self::build(capacity, settings, inline_seams())?;
        opened.heard.be_silent();
        opened.put(&keys[..count])?;
        opened.read_in(keys)?;
        Ok(opened)
    }

    /// As in a user's program: its own clock and threads, and all settings as they come.
    pub(crate) fn real(entries: u32) -> Result<Self> {
        let settings = Settings { dirty_entries_max: entries as usize * 4, ..Settings::default() };
        let (_, dirty) = weights::<P>()?;
        Self::build(dirty * u64::from(entries) * 4, settings, Seams::real())
    }

    fn patient(entries: u32) -> Settings {
        Settings {
            dirty_entries_max: entries as usize * 4,
            flush_delay: Duration::from_hours(24),
            ..Settings::default()
        }
    }

    fn build(capacity: u64, settings: Settings, seams: Seams) -> Result<Self> {
        let heard = Arc::default();
        let cache = Cache::builder(NullStore::<P>::new(&heard))
            .capacity(ByteSize::bytes(capacity))
            .seams(seams)
            .write_behind_at(Durability::Memory, settings)
            .open()
            .wait()?;
        Ok(Self { cache, heard })
    }

    /// How many writes have reached the store.
    pub(crate) fn written(&self) -> u64 {
        self.heard.written.load(Ordering::Relaxed)
    }
}

fn inline_seams() -> Seams {
    Seams {
        clock: SystemClock::shared(),
        spawn: Arc::new(InlineSpawn),
        random: Arc::new(SeededRandom::new(1)),
    }
}

/// What one entry weighs that is clean, and that is dirty, asked of a cache that has one.
fn weights<P: Pair>() -> Result<(u64, u64)> {
    let cache = Forebay::<P>::build(1 << 20, Forebay::<P>::patient(1), inline_seams())?;
    cache.put(&[P::key(1)])?;
    let dirty = cache.cache.stats().resident_bytes;
    cache.store_dirty()?;
    Ok((cache.cache.stats().resident_bytes, dirty))
}

impl<P: Pair> Subject<P> for Forebay<P> {
    fn get(&self, keys: &[P::Key]) -> Result<usize> {
        let mut found = 0;
        for key in keys {
            found += usize::from(black_box(self.cache.get(key).wait()?).is_some());
        }
        Ok(found)
    }

    fn miss(&self, keys: &[P::Key]) -> Result<usize> {
        Ok(keys.iter().filter(|key| black_box(self.cache.peek(key)).is_some()).count())
    }

    fn put(&self, keys: &[P::Key]) -> Result<()> {
        keys.iter().try_for_each(|key| self.cache.put(key.clone(), P::value(key)).wait().map(drop))
    }

    fn read_in(&self, keys: &[P::Key]) -> Result<usize> {
        let mut found = 0;
        for key in keys {
            match self.cache.lookup(key).wait()? {
                Lookup::Found(value) => {
                    black_box(value);
                    found += 1;
                }
                Lookup::Vacant(filler) => drop(filler.fill(P::value(key))),
                Lookup::Absent => {}
            }
        }
        Ok(found)
    }

    fn store_dirty(&self) -> Result<()> {
        self.cache.flush().wait()
    }

    fn len(&self) -> usize {
        self.cache.len()
    }
}

impl<P: Pair> Drop for Forebay<P> {
    /// Else what is dirty would be stored while somebody else is measured.
    fn drop(&mut self) {
        self.heard.answer();
        // The samples are taken; nothing depends on how it ends.
        let _ = self.cache.close(Duration::from_mins(1)).wait();
    }
}
