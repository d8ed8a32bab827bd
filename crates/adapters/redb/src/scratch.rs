//! A database for what need not outlive its process.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use forebay_store::sync::Mutex;
use forebay_store::{ByteSize, Codec, Error, Key, Raw, Result, Value};

use crate::handle::Handle;
use crate::scratch_file::ScratchFile;
use crate::store::RedbStore;
use crate::transaction::Sums;
use crate::unsynced::Unsynced;

/// Scratch databases, for what is spilled.
impl RedbStore<u64, Bytes, Raw> {
    /// Opens an empty database in a new file in a folder, as a medium for many small objects needs it. redb
    /// keeps 16 MiB of it in memory.
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
        Self::scratch_with(folder, Raw, ByteSize::mib(16))
    }
}

impl<K: Key, V: Value, C: Codec<K> + Codec<V>> RedbStore<K, V, C> {
    /// As [`scratch`](RedbStore::scratch), for any keys and values, with so much of it in memory.
    pub fn scratch_with(folder: impl AsRef<Path>, codec: C, cache: ByteSize) -> Result<Self> {
        let folder = folder.as_ref();
        let failed = |error| {
            let message = format!("make a scratch database in {}", folder.display());
            Error::unavailable(message).with_source(error)
        };
        let file = Arc::new(ScratchFile::make(folder).map_err(failed)?);
        let cache = usize::try_from(cache.as_bytes()).unwrap_or(usize::MAX);
        let open = {
            let file = Arc::clone(&file);
            move || {
                let unsynced = Unsynced::over(file.again()?)?;
                redb::Builder::new().set_cache_size(cache).create_with_backend(unsynced)
            }
        };
        let store = Self::over(&folder.join("scratch"), Box::new(open), None, codec)?;
        Ok(store.with_scratch(Scratch { file, shape: Mutex::default() }))
    }
}

/// What a store knows of its scratch file.
#[derive(Debug)]
pub(crate) struct Scratch {
    file: Arc<ScratchFile>,
    shape: Mutex<Shape>,
}

#[derive(Debug, Default)]
struct Shape {
    /// Bytes of keys and values.
    live: u64,
    /// They and the file's after it was cut the last time.
    then: (u64, u64),
}

impl Scratch {
    /// A shorter file is not worth the work.
    const SHORT: u64 = 16 << 20;

    /// After a commit: cuts the file if most of it is free.
    pub(crate) fn committed(&self, handle: &Handle, sums: Sums) {
        let mut shape = self.shape.lock();
        shape.live = (shape.live + sums.put).saturating_sub(sums.removed);
        let Ok(length) = self.file.length() else { return };
        let (live, (live_then, length_then)) = (shape.live, shape.then);
        let is_mostly_free = length > Self::SHORT && live < length / 4;
        // What could not be cut is tried again only when it has changed much.
        let has_changed = length >= 2 * length_then || 2 * live < live_then;
        if sums.removed == 0 || !is_mostly_free || !has_changed {
            return;
        }
        // Nobody else comes to it while this one works; what fails is noticed by the next call.
        handle.compact();
        shape.then = (live, self.file.length().unwrap_or(length));
    }

    #[cfg(test)]
    fn length(&self) -> u64 {
        self.file.length().expect("it is open")
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
        let store = RedbStore::scratch_with(folder.path(), Raw, ByteSize::mib(2)).unwrap();
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
}
