//! A database for what need not outlive its process.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use forebay_store::sync::Mutex;
use forebay_store::{ByteSize, Codec, Error, Key, Quota, Raw, Result, Value};
use redb::ReadableDatabase;

use crate::footprint::footprint;
use crate::handle::Handle;
use crate::scratch_file::ScratchFile;
use crate::scratch_settings::ScratchSettings;
use crate::store::RedbStore;
use crate::tables::DATA;
use crate::transaction::{Sums, Witness, Write};
use crate::unsynced::Unsynced;

/// Scratch databases, for what is spilled.
impl RedbStore<u64, Bytes, Raw> {
    /// Opens an empty database in a new file in a folder, as a medium for many small objects needs it, with the default
    /// [`ScratchSettings`].
    ///
    /// Nothing is synced. The file is gone when the store is dropped, and when its process ends, however it
    /// ends; where a file cannot do without a name, the next one that is opened in this folder removes it.
    /// Files of living processes, and of anybody else, are not touched.
    ///
    /// When three quarters of the file are free the rest is moved together and the file is cut, while others
    /// wait. A file of up to 16 MiB stays.
    ///
    /// ```
    /// use forebay_redb::RedbStore;
    /// use forebay_store::BlockingStore;
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// let store = RedbStore::scratch(folder.path().join("spill"))?;
    /// assert_eq!(store.count()?, 0);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn scratch(folder: impl AsRef<Path>) -> Result<Self> {
        Self::scratch_with(folder, Raw, ScratchSettings::default())
    }
}

impl<K: Key, V: Value, C: Codec<K> + Codec<V>> RedbStore<K, V, C> {
    /// As [`scratch`](RedbStore::scratch), for any keys and values, with bounds of your own.
    pub fn scratch_with(
        folder: impl AsRef<Path>,
        codec: C,
        ScratchSettings { cache, quota }: ScratchSettings,
    ) -> Result<Self> {
        let folder = folder.as_ref();
        let failed = |error| {
            let message = format!("make a scratch database in {}", folder.display());
            Error::unavailable(message).with_source(error)
        };
        let file = Arc::new(ScratchFile::make(folder).map_err(failed)?);
        let cache_bytes = cache.as_bytes();
        let cache = usize::try_from(cache_bytes).unwrap_or(usize::MAX);
        let open = {
            let file = Arc::clone(&file);
            move || {
                let unsynced = Unsynced::over(file.again()?)?;
                redb::Builder::new().set_cache_size(cache).create_with_backend(unsynced)
            }
        };
        let store = Self::over(&folder.join("scratch"), Box::new(open), None, codec)?;
        Ok(store.with_scratch(Scratch::new(file, quota)).caching(cache_bytes))
    }
}

/// What a store knows of its scratch file.
#[derive(Debug)]
pub(crate) struct Scratch {
    file: Arc<ScratchFile>,
    /// What the pairs in it may take.
    quota: Option<ByteSize>,
    shape: Mutex<Shape>,
}

#[derive(Debug, Default)]
struct Shape {
    /// What pairs take, those that are being written included.
    live: u64,
    /// That and the file's length after it was cut the last time.
    then: (u64, u64),
    unsure: Vec<Unsure>,
}

/// A commit that failed. Until it is known whether it took effect, what it put is live, and what it removed, too.
#[derive(Debug)]
struct Unsure {
    claimed: u64,
    sums: Sums,
    witness: Witness,
}

/// Room in the file for what is put. Given back when this is dropped before that is committed.
#[derive(Debug)]
pub(crate) struct Claim<'a> {
    of: &'a Scratch,
    bytes: u64,
}

impl Scratch {
    /// A shorter file is not worth the work.
    const SHORT: u64 = 16 << 20;

    pub(crate) fn new(file: Arc<ScratchFile>, quota: Option<ByteSize>) -> Self {
        Self { file, quota, shape: Mutex::default() }
    }

    pub(crate) fn quota(&self) -> Option<Quota> {
        self.quota.map(|quota| Quota { bytes: quota.as_bytes(), of_pair: footprint })
    }

    /// Room for what these put; `Busy` if the file may not have it.
    pub(crate) fn claim(&self, handle: &Handle, writes: &[Write]) -> Result<Claim<'_>> {
        let bytes = writes.iter().map(Write::footprint).sum();
        let mut shape = self.shape.lock();
        shape.settle(handle)?;
        let live = shape.live.saturating_add(bytes);
        let quota = self.quota.map_or(u64::MAX, ByteSize::as_bytes);
        if bytes > 0 && live > quota {
            let message = format!("a scratch database of {quota} bytes has no room for {bytes}");
            return Err(Error::busy(message, Duration::from_secs(1)));
        }
        shape.live = live;
        Ok(Claim { of: self, bytes })
    }
}

impl Shape {
    /// Finds out which commits took effect although they failed, before others write to their keys.
    fn settle(&mut self, handle: &Handle) -> Result<()> {
        while let Some(Unsure { claimed, sums, witness }) = self.unsure.last() {
            let is_there = handle.call("read", |database| {
                Ok(database.begin_read()?.open_table(DATA)?.get(&*witness.key)?.is_some())
            })?;
            let has_happened = is_there == witness.is_put;
            let sums = if has_happened { *sums } else { Sums::default() };
            self.live = sums.after(self.live, *claimed);
            self.unsure.pop();
        }
        Ok(())
    }
}

impl Claim<'_> {
    /// After a commit that failed.
    pub(crate) fn failed(mut self, sums: Sums, witness: Option<Witness>) {
        let mut shape = self.of.shape.lock();
        let claimed = std::mem::take(&mut self.bytes);
        match witness {
            Some(witness) => shape.unsure.push(Unsure { claimed, sums, witness }),
            // At most, pairs have another length than before.
            None => shape.live = sums.after(shape.live, claimed),
        }
    }

    /// After the commit: cuts the file if most of it is free.
    pub(crate) fn committed(mut self, handle: &Handle, sums: Sums) {
        let scratch = self.of;
        let mut shape = scratch.shape.lock();
        let claimed = std::mem::take(&mut self.bytes);
        shape.live = sums.after(shape.live, claimed);
        let Ok(length) = scratch.file.length() else { return };
        let (live, (live_then, length_then)) = (shape.live, shape.then);
        let is_mostly_free = length > Scratch::SHORT && live < length / 4;
        // What could not be cut is tried again only when it has changed much.
        let has_changed = length >= 2 * length_then || 2 * live < live_then;
        if sums.removed == 0 || !is_mostly_free || !has_changed {
            return;
        }
        // Nobody else comes to it while this one works; what fails is noticed by the next call.
        handle.compact();
        shape.then = (live, scratch.file.length().unwrap_or(length));
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        // Nothing is left after the commit, which also holds the lock.
        if self.bytes > 0 {
            let mut shape = self.of.shape.lock();
            shape.live = shape.live.saturating_sub(self.bytes);
        }
    }
}

impl Scratch {
    #[cfg(test)]
    fn length(&self) -> u64 {
        self.file.length().expect("it is open")
    }

    #[cfg(test)]
    pub(crate) fn live(&self) -> u64 {
        self.shape.lock().live
    }

    /// What it takes of the disk.
    #[cfg(all(test, unix))]
    fn taken(&self) -> u64 {
        self.file.taken().expect("it is open")
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "some files are of somebody else")]
mod tests {
    use std::fs::{self, File};

    use forebay_store::{Batch, BatchId, BlockingStore, WriteOp};

    use super::*;

    fn apply(store: &RedbStore<u64, Bytes, Raw>, ops: Vec<WriteOp<u64, Bytes>>) {
        let batch = Batch { id: BatchId { origin: 1, number: 1 }, ops };
        assert!(store.apply(&batch).unwrap().iter().all(forebay_store::Outcome::is_stored));
    }

    fn put(store: &RedbStore<u64, Bytes, Raw>, key: u64, length: usize) {
        let value = vec![key.to_le_bytes()[0]; length];
        apply(store, vec![WriteOp::put(key, value.into(), 1)]);
    }

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn what_is_deleted_gives_its_room_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = RedbStore::scratch(folder.path()).unwrap();
        let length = || store.scratch_of().length();
        (0..120).for_each(|key| put(&store, key, 200_000));
        let full = length();
        assert!((24_000_000..80_000_000).contains(&full), "{full} bytes for 24 MB");
        for key in 0..120 {
            apply(&store, vec![WriteOp::delete(key, 2)]);
        }
        assert!(length() <= 18 << 20, "{} bytes for nothing", length());
        put(&store, 7, 1_000);
        assert_eq!(store.load(&[7]).unwrap()[0].as_ref().unwrap().len(), 1_000);
    }

    #[test]
    fn what_goes_through_it_does_not_make_it_grow() {
        let folder = tempfile::tempdir().unwrap();
        let store = RedbStore::scratch(folder.path()).unwrap();
        for key in 0..1_500 {
            put(&store, key, 20_000);
            if let Some(old) = u64::checked_sub(key, 200) {
                apply(&store, vec![WriteOp::delete(old, 2)]);
            }
        }
        // Four MB are there at once, and thirty have gone through.
        let length = store.scratch_of().length();
        assert!(length <= 24 << 20, "{length} bytes");
        assert_eq!(store.count().unwrap(), 200);
    }

    #[test]
    fn what_is_in_it_is_not_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let store = RedbStore::scratch_with(
            folder.path(),
            Raw,
            ScratchSettings { cache: ByteSize::mib(2), ..ScratchSettings::default() },
        )
        .unwrap();
        let fill = |keys: std::ops::Range<u64>| {
            allocation_counter::measure(|| keys.for_each(|key| put(&store, key, 8_000)))
        };
        let first = fill(0..1_000);
        let more = fill(1_000..3_000);
        // Of eight MB as much as of sixteen more.
        assert!(first.bytes_max < 6 << 20, "{first:?}");
        assert!(more.bytes_current < 1 << 19 && more.bytes_max < 6 << 20, "{more:?}");
        assert_eq!(store.count().unwrap(), 3_000);
    }

    #[test]
    fn what_a_dead_process_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str| File::create(folder.path().join(name)).unwrap();
        let living = make("forebay-1-0.scratch");
        living.lock().unwrap();
        let others =
            ["forebay-1-0.redb", "forebay-x-0.scratch", "mine.scratch", "forebay-.scratch"];
        for name in others.iter().chain(&["forebay-1-1.scratch"]) {
            drop(make(name));
        }
        let store = RedbStore::scratch(folder.path()).unwrap();
        put(&store, 1, 10);
        let mut left = names(folder.path());
        left.retain(|name| !others.contains(&name.as_str()));
        assert!(left.contains(&"forebay-1-0.scratch".to_owned()), "it is in use");
        assert!(!left.contains(&"forebay-1-1.scratch".to_owned()), "nobody has it");
        drop(store);
        assert_eq!(names(folder.path()).len(), others.len() + 1, "nothing is left behind");
    }

    #[test]
    fn two_in_one_folder_do_not_see_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = [(); 2].map(|()| RedbStore::scratch(folder.path()).unwrap());
        put(&one, 1, 10);
        assert_eq!((one.count().unwrap(), two.count().unwrap()), (1, 0));
        drop(one);
        put(&two, 2, 10);
        assert_eq!(two.count().unwrap(), 1);
    }

    #[test]
    fn a_quota_holds_and_what_is_deleted_can_be_put_again() {
        let folder = tempfile::tempdir().unwrap();
        let quota = Some(ByteSize::mib(8));
        let settings = ScratchSettings { cache: ByteSize::mib(1), quota };
        for (length, pairs) in [(300, 50), (5_000, 5), (100_000, 1)] {
            let store = RedbStore::scratch_with(folder.path(), Raw, settings).unwrap();
            let batch = |number: u64, is_put: bool| {
                let put = |key| WriteOp::put(key, Bytes::from(vec![7; length]), 1);
                let op = |key| if is_put { put(key) } else { WriteOp::delete(key, 2) };
                let ops = (number * pairs..(number + 1) * pairs).map(op).collect();
                store.apply(&Batch { id: BatchId { origin: 1, number: 1 }, ops })
            };
            let all_stored = |answer: Result<Vec<forebay_store::Outcome>>| {
                assert!(answer.unwrap().iter().all(forebay_store::Outcome::is_stored));
            };
            let mut put = 0;
            let error = loop {
                match batch(put, true) {
                    Err(error) => break error,
                    stored => all_stored(stored),
                }
                put += 1;
            };
            assert_eq!(error.kind(), forebay_store::ErrorKind::Busy, "{error}");
            let bytes = put * pairs * length as u64;
            assert!(bytes > 3 << 20, "{bytes} of 8 MiB, by {length}");
            for old in 0..put {
                all_stored(batch(old, false));
                if old % 2 == 0 {
                    all_stored(batch(put + old, true));
                }
            }
            #[cfg(unix)]
            {
                let taken = store.scratch_of().taken();
                assert!(taken <= 12 << 20, "{taken} bytes of {bytes}, by {length}");
            }
            assert_eq!(store.count().unwrap(), put.div_ceil(2) * pairs);
        }
    }
}
