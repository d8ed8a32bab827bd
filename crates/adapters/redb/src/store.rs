//! The store: typed keys and values over tables of bytes.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use forebay_store::seam::OwnerLock;
use forebay_store::{
    Batch, BlockingStore, Capabilities, Codec, Cursor, Edit, Error, Key, Outcome, Page, Postcard,
    Result, Value, WriteOp,
};
use redb::{ReadableDatabase, ReadableTableMetadata};

use crate::creation;
use crate::failure;
use crate::handle::{Handle, Opener};
use crate::scratch::Scratch;
use crate::tables::{self, DATA, Difference};
use crate::transaction::{self, End, Write};

/// A [`BlockingStore`] in one redb file.
///
/// - Batches are atomic, and on the device when they are answered. When a write of a batch is
///   refused, none of it is applied and the others answer `Retry`.
/// - Loads run beside each other and beside one transaction; transactions take turns.
/// - Conditions are honoured, dates of expiry are not.
/// - After an I/O error the file is opened anew before the next call.
///
/// One process owns the file: a second one is refused with the owner's process id, which stands
/// in the file `PATH.lock`. redb keeps at most 64 MiB of the file in memory, since a cache stands
/// in front of it.
pub struct RedbStore<K, V, C = Postcard> {
    handle: Handle,
    codec: C,
    value_bytes_max: u64,
    cache_bytes: u64,
    /// It need not outlive the process.
    scratch: Option<Scratch>,
    /// `None` for a scratch database, which is locked itself, and where tests bring a medium of their own.
    _lock: Option<OwnerLock>,
    types: PhantomData<fn() -> (K, V)>,
}

/// What redb takes at most for one value, and for a key and its value together.
const VALUE_BYTES_MAX: u64 = 3 << 30;
const PAIR_BYTES_MAX: u64 = VALUE_BYTES_MAX + (768 << 20);
/// A commit writes each page once, however many of its keys have changed, and syncs twice. So a batch may have
/// many writes, and how many are best the caller says: others wait for its end.
const BATCH_OPS_MAX: usize = 65_536;
/// What redb keeps in memory.
const CACHE_BYTES: usize = 64 << 20;

impl<K: Key, V: Value> RedbStore<K, V>
where
    Postcard: Codec<K> + Codec<V>,
{
    /// Opens the file at `path`, which is made if need be. Keys and values are written as
    /// postcard.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(path, Postcard)
    }
}

impl<K: Key, V: Value, C: Codec<K> + Codec<V>> RedbStore<K, V, C> {
    /// Opens the file at `path`, which is made if need be. A file that was written with another
    /// codec is [`Invalid`](forebay_store::ErrorKind::Invalid).
    pub fn open_with(path: impl AsRef<Path>, codec: C) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let lock = OwnerLock::take(&lock_path(&path))?;
        let open = {
            let path = path.clone();
            move || {
                creation::make(&path)?;
                redb::Builder::new().set_cache_size(CACHE_BYTES).create(&path)
            }
        };
        Ok(Self::over(&path, Box::new(open), Some(lock), codec)?.caching(CACHE_BYTES as u64))
    }

    /// Refuses values of more encoded bytes than this. Default, and most: 3 GiB, redb's own bound.
    pub fn value_bytes_max(mut self, bytes: u64) -> Self {
        self.value_bytes_max = bytes.min(VALUE_BYTES_MAX);
        self
    }

    pub(crate) fn over(
        path: &Path,
        open: Opener,
        lock: Option<OwnerLock>,
        codec: C,
    ) -> Result<Self> {
        let handle = Handle::new(path, open)?;
        let (key_codec, value_codec) = (Codec::<K>::name(&codec), Codec::<V>::name(&codec));
        let differs = handle.call("prepare the tables of", |database| {
            tables::prepare(database, key_codec, value_codec)
        })?;
        if let Some(Difference { name, found, expected }) = differs {
            let path = path.display();
            return Err(Error::invalid(format!(
                "open {path}: its {name} is \"{found}\" where \"{expected}\" is needed"
            )));
        }
        let value_bytes_max = VALUE_BYTES_MAX;
        let (scratch, cache_bytes, types) = (None, 0, PhantomData);
        Ok(Self { handle, codec, value_bytes_max, cache_bytes, scratch, _lock: lock, types })
    }

    /// So much of the file is in memory.
    pub(crate) fn caching(self, cache_bytes: u64) -> Self {
        Self { cache_bytes, ..self }
    }

    pub(crate) fn with_scratch(self, scratch: Scratch) -> Self {
        Self { scratch: Some(scratch), ..self }
    }

    #[cfg(test)]
    pub(crate) fn scratch_of(&self) -> &Scratch {
        self.scratch.as_ref().expect("it is one")
    }

    fn encode(&self, op: &WriteOp<K, V>) -> Result<Write> {
        let key = self.codec.encode(&op.key)?;
        let value = match &op.edit {
            Edit::Put { value, .. } => Some(self.codec.encode(value)?),
            Edit::Delete => None,
        };
        let [key_bytes, value_bytes] = [key.len(), value.as_ref().map_or(0, Vec::len)]
            .map(|length| u64::try_from(length).unwrap_or(u64::MAX));
        if value_bytes > self.value_bytes_max {
            let most = self.value_bytes_max;
            return Err(Error::refused(format!(
                "the value is {value_bytes} bytes, and at most {most} are taken"
            )));
        }
        if key_bytes.saturating_add(value_bytes) > PAIR_BYTES_MAX {
            return Err(Error::refused("the key and the value together are too large"));
        }
        Ok(Write { key, value, condition: op.condition })
    }

    fn decode<T>(&self, what: &str, bytes: &[u8]) -> Result<T>
    where
        C: Codec<T>,
    {
        self.codec.decode(bytes).map_err(|error| {
            let path = self.handle.path().display();
            Error::corrupt(format!("a {what} in {path} cannot be decoded")).with_source(error)
        })
    }
}

/// The lock stands beside the file, because redb replaces nothing but owns every byte of it.
fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

/// Refuses the writes at some positions, and has the others tried again without them.
fn refused(writes: usize, refusals: impl IntoIterator<Item = (usize, Error)>) -> Vec<Outcome> {
    let other = Error::unavailable("not applied: another write of the batch was refused");
    let mut outcomes = vec![Outcome::Retry(other); writes];
    for (position, error) in refusals {
        outcomes[position] = Outcome::Refused(error);
    }
    outcomes
}

impl<K: Key, V: Value, C: Codec<K> + Codec<V>> BlockingStore<K, V> for RedbStore<K, V, C> {
    fn capabilities(&self) -> Capabilities {
        let mut declared = Capabilities::default();
        declared.atomic_batch = true;
        declared.batch_ops_max = BATCH_OPS_MAX;
        declared.value_bytes_max = Some(self.value_bytes_max);
        declared.concurrency = 8;
        declared.conditional = true;
        declared.scan = true;
        declared.memory_bytes = self.cache_bytes;
        declared.quota = self.scratch.as_ref().and_then(Scratch::quota);
        declared
    }

    fn load(&self, keys: &[K]) -> Result<Vec<Option<V>>> {
        let keys: Vec<_> = keys.iter().map(|key| self.codec.encode(key)).collect::<Result<_>>()?;
        self.handle
            .call("read", |database| {
                let table = database.begin_read()?.open_table(DATA)?;
                let mut values = Vec::with_capacity(keys.len());
                for key in &keys {
                    let value = table.get(&**key)?;
                    values.push(value.map(|value| self.decode("value", value.value())).transpose());
                }
                Ok(values)
            })?
            .into_iter()
            .collect()
    }

    fn apply(&self, batch: &Batch<K, V>) -> Result<Vec<Outcome>> {
        let count = batch.ops.len();
        let mut writes = Vec::with_capacity(count);
        let mut refusals = Vec::new();
        for (position, op) in batch.ops.iter().enumerate() {
            match self.encode(op) {
                Ok(write) => writes.push(write),
                Err(error) => refusals.push((position, error)),
            }
        }
        if writes.len() < count {
            return Ok(refused(count, refusals));
        }
        let is_kept = self.scratch.is_none();
        let claim = self
            .scratch
            .as_ref()
            .map(|scratch| scratch.claim(&self.handle, &writes))
            .transpose()?;
        match self.handle.call("write", |database| transaction::run(database, &writes, is_kept))? {
            End::Committed(sums) => {
                if let Some(claim) = claim {
                    claim.committed(&self.handle, sums);
                }
                Ok(vec![Outcome::Stored; count])
            }
            End::Refused(refusals) => {
                let refusals = refusals.into_iter().map(|(at, why)| (at, Error::refused(why)));
                Ok(refused(count, refusals))
            }
            End::Unknown(error, sums, witness) => {
                if let Some(claim) = claim {
                    claim.failed(sums, witness);
                }
                self.handle.note(&error);
                Err(failure::unknown(self.handle.path(), error))
            }
        }
    }

    fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<K, V>> {
        let limit = limit.max(1);
        let after = cursor.map_or(Bound::Unbounded, |cursor| Bound::Excluded(&*cursor.0));
        let pairs: Vec<(Vec<u8>, Vec<u8>)> = self.handle.call("scan", |database| {
            let table = database.begin_read()?.open_table(DATA)?;
            let mut pairs = Vec::new();
            for pair in table.range::<&[u8]>((after, Bound::Unbounded))?.take(limit) {
                let (key, value) = pair?;
                pairs.push((key.value().to_vec(), value.value().to_vec()));
            }
            Ok(pairs)
        })?;
        let full = pairs.len() == limit;
        let next = pairs.last().filter(|_| full).map(|(key, _)| Cursor(key.clone()));
        let decode = |(key, value): (Vec<u8>, Vec<u8>)| {
            Ok((self.decode("key", &key)?, self.decode("value", &value)?))
        };
        let entries = pairs.into_iter().map(decode).collect::<Result<_>>()?;
        Ok(Page { entries, next })
    }

    fn count(&self) -> Result<u64> {
        self.handle.call("count the keys of", |database| {
            Ok(database.begin_read()?.open_table(DATA)?.len()?)
        })
    }
}

impl<K, V, C> fmt::Debug for RedbStore<K, V, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedbStore").field("handle", &self.handle).finish_non_exhaustive()
    }
}
