//! The store: typed keys and values over objects.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use forebay_store::{
    AsyncStore, Batch, Capabilities, Codec, Condition, Cursor, Edit, Error, Key, Outcome, Page,
    Postcard, Raw, Result, Value, WriteOp,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{Error as Cause, ObjectMeta, ObjectStoreExt, PutPayload};

use crate::failure;
use crate::names::Names;

/// An [`AsyncStore`] with an object a key, all below one prefix. Objects there that are named in another way
/// are somebody else's and left alone.
///
/// - A put is atomic. A batch is not, and up to 16 of its writes are under way at once.
/// - Values of more than 16 MiB are sent in parts of that; a value is in memory as a whole.
/// - Keys of more than 400 encoded bytes are refused.
/// - A page of a scan lists all names behind its cursor, and keeps as many as the page has; where the storage
///   [lists in order](Self::lists_in_order), no more than that.
/// - A value that is replaced while it is loaded is the old one or the new one.
///
/// Nobody watches over who else writes there: a prefix belongs to one cache, or to one medium, at a time.
///
/// As a medium of a pool, with a prefix that nobody else has:
///
/// ```
/// use std::sync::Arc;
///
/// use forebay_object::ObjectStore;
/// use object_store::memory::InMemory;
///
/// let store = ObjectStore::blobs(Arc::new(InMemory::new()), "spill/worker-7")?;
/// // let spill = StoreMedium::new(store)?;
/// # Ok::<(), forebay_store::Error>(())
/// ```
pub struct ObjectStore<K, V, C = Postcard> {
    objects: Arc<dyn object_store::ObjectStore>,
    names: Names,
    codec: C,
    value_bytes_max: u64,
    lists_in_order: bool,
    types: PhantomData<fn() -> (K, V)>,
}

/// A value is in memory as a whole, also where objects may be larger.
const VALUE_BYTES_MAX: u64 = 3 << 30;
/// Every object storage takes parts of this length, and all of one length.
const PART: usize = 16 << 20;
/// Calls that are under way at once for one batch, or one load.
const AT_ONCE: usize = 16;

impl<K: Key, V: Value> ObjectStore<K, V>
where
    Postcard: Codec<K> + Codec<V>,
{
    /// Objects below `prefix`, which may be empty. Keys and values are written as postcard. Nothing is asked of
    /// the storage. `Invalid` for a prefix that is no path.
    pub fn new(objects: Arc<dyn object_store::ObjectStore>, prefix: &str) -> Result<Self> {
        Self::with_codec(objects, prefix, Postcard)
    }
}

impl ObjectStore<u64, Bytes, Raw> {
    /// Blobs by numbers, as a medium of a pool needs them.
    ///
    /// A medium begins empty. What a process that died has left below its prefix is not removed by anybody:
    /// [`clear`](Self::clear) it, take another prefix each time, or let the storage expire it.
    pub fn blobs(objects: Arc<dyn object_store::ObjectStore>, prefix: &str) -> Result<Self> {
        Self::with_codec(objects, prefix, Raw)
    }
}

impl<K: Key, V: Value, C: Codec<K> + Codec<V>> ObjectStore<K, V, C> {
    /// As [`new`](ObjectStore::new), with another codec. Nothing is kept with the objects that would tell a
    /// wrong one.
    pub fn with_codec(
        objects: Arc<dyn object_store::ObjectStore>,
        prefix: &str,
        codec: C,
    ) -> Result<Self> {
        let (names, value_bytes_max) = (Names::new(prefix)?, VALUE_BYTES_MAX);
        let lists_in_order = false;
        Ok(Self { objects, names, codec, value_bytes_max, lists_in_order, types: PhantomData })
    }

    /// The storage lists names in the order of their bytes, and begins where it is told to. Then a scan lists each
    /// name once, and not again for each page. S3 does, but for its directory buckets; so do GCS and Azure, and
    /// `InMemory`. `LocalFileSystem` does not. A scan that sees a name out of order is `Unsupported`.
    pub fn lists_in_order(mut self) -> Self {
        self.lists_in_order = true;
        self
    }

    /// Refuses values of more encoded bytes than this, also to load one that is there. Default, and most:
    /// 3 GiB.
    pub fn value_bytes_max(mut self, bytes: u64) -> Self {
        self.value_bytes_max = bytes.min(VALUE_BYTES_MAX);
        self
    }

    /// Deletes all its objects, and says how many there were: those whose names are a key of this type. Nothing
    /// else is deleted. To drop it half-way leaves the rest.
    pub async fn clear(&self) -> Result<u64> {
        let mut listed = self.listed(None);
        let mut cleared = 0;
        while let Some(found) = listed.try_next().await.map_err(|error| self.unlisted(error))? {
            if self.key(&found.location).is_some() {
                let outcome = self.deleted(&found.location).await;
                outcome.into_result()?;
                cleared += 1;
            }
        }
        Ok(cleared)
    }

    /// The key of an object; `None` if it is somebody else's: no key of this type has such a name.
    fn key(&self, path: &Path) -> Option<K> {
        let key: K = self.codec.decode(&self.names.key(path)?).ok()?;
        let name = self.codec.encode(&key).and_then(|key| self.names.of(&key));
        (name.ok()? == *path).then_some(key)
    }

    fn listed(
        &self,
        after: Option<&Path>,
    ) -> stream::BoxStream<'static, object_store::Result<ObjectMeta>> {
        let prefix = Some(self.names.prefix());
        match after {
            Some(after) => self.objects.list_with_offset(prefix, after),
            None => self.objects.list(prefix),
        }
    }

    #[cold]
    fn unlisted(&self, error: Cause) -> Error {
        failure::error(&format!("list the objects of `{}`", self.names.prefix()), error)
    }

    async fn found(&self, path: &Path) -> Result<Option<V>> {
        let failed = |error| failure::error(&format!("get `{path}`"), error);
        let bytes = match self.objects.get(path).await {
            Ok(found) if found.meta.size > self.value_bytes_max => {
                return Err(too_long(found.meta.size, self.value_bytes_max));
            }
            Ok(found) => found.bytes().await.map_err(failed)?,
            Err(Cause::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let value = self.codec.decode(&bytes).map_err(|error| {
            let message = format!("the value of `{path}` cannot be decoded");
            Error::corrupt(message).with_source(error)
        });
        value.map(Some)
    }

    async fn loaded(&self, key: &K) -> Result<Option<V>> {
        // A key that is too long was never stored.
        match self.names.of(&self.codec.encode(key)?) {
            Ok(path) => self.found(&path).await,
            Err(_) => Ok(None),
        }
    }

    async fn entry(&self, path: Path, key: K) -> Result<Option<(K, V)>> {
        Ok(self.found(&path).await?.map(|value| (key, value)))
    }

    /// The first so many objects behind a name, in order. Not every storage lists in order.
    async fn first(&self, after: Option<&Path>, most: usize) -> Result<BTreeMap<Path, K>> {
        let (mut first, mut listed) = (BTreeMap::new(), self.listed(after));
        let mut before = after.cloned();
        while let Some(found) = listed.try_next().await.map_err(|error| self.unlisted(error))? {
            let path = found.location;
            if self.lists_in_order {
                if before.is_some_and(|before| before >= path) {
                    return Err(self.out_of_order(&path));
                }
                before = Some(path.clone());
            }
            if let Some(key) = self.key(&path) {
                first.insert(path, key);
            }
            if self.lists_in_order && first.len() == most {
                break;
            }
            if first.len() > most {
                first.pop_last();
            }
        }
        Ok(first)
    }

    #[cold]
    fn out_of_order(&self, path: &Path) -> Error {
        let prefix = self.names.prefix();
        Error::unsupported(format!("list the objects of `{prefix}`: `{path}` is not in order"))
    }

    async fn applied(&self, op: &WriteOp<K, V>) -> Outcome {
        let write = self.encode(op);
        match write {
            Err(error) => Outcome::Refused(error),
            Ok((path, None)) => self.deleted(&path).await,
            Ok((path, Some(value))) if value.len() > PART => self.put_in_parts(&path, value).await,
            Ok((path, Some(value))) => match self.objects.put(&path, value.into()).await {
                Ok(_) => Outcome::Stored,
                Err(error) => failure::outcome(&format!("put `{path}`"), error),
            },
        }
    }

    /// Where it goes, and the bytes of its value; `None` deletes.
    fn encode(&self, op: &WriteOp<K, V>) -> Result<(Path, Option<Bytes>)> {
        if op.condition != Condition::Always {
            return Err(Error::refused("an object storage knows no such condition"));
        }
        let path = self.names.of(&self.codec.encode(&op.key)?)?;
        let Edit::Put { value, .. } = &op.edit else { return Ok((path, None)) };
        let value = Bytes::from(self.codec.encode(value)?);
        let (bytes, most) = (value.len() as u64, self.value_bytes_max);
        if bytes > most {
            return Err(too_long(bytes, most));
        }
        Ok((path, Some(value)))
    }

    async fn deleted(&self, path: &Path) -> Outcome {
        match self.objects.delete(path).await {
            Ok(()) | Err(Cause::NotFound { .. }) => Outcome::Stored,
            Err(error) => failure::outcome(&format!("delete `{path}`"), error),
        }
    }

    /// It is there when the last call has succeeded, and not before.
    async fn put_in_parts(&self, path: &Path, value: Bytes) -> Outcome {
        let what = format!("put `{path}`");
        let mut upload = match self.objects.put_multipart(path).await {
            Ok(upload) => upload,
            Err(error) => return Outcome::of_error(&failure::error(&what, error)),
        };
        for at in (0..value.len()).step_by(PART) {
            let part = PutPayload::from(value.slice(at..value.len().min(at + PART)));
            if let Err(error) = upload.put_part(part).await {
                // What is left of it is the storage's to expire, if this fails, too.
                let _ = upload.abort().await;
                return Outcome::of_error(&failure::error(&what, error));
            }
        }
        match upload.complete().await {
            Ok(_) => Outcome::Stored,
            Err(error) => {
                // `no such upload` may be the answer to a second try, after the first was done.
                let _ = upload.abort().await;
                failure::unknown(&what, error)
            }
        }
    }
}

#[cold]
fn too_long(bytes: u64, most: u64) -> Error {
    Error::refused(format!("the value is {bytes} bytes, and at most {most} are taken"))
}

impl<K: Key, V: Value, C: Codec<K> + Codec<V>> AsyncStore<K, V> for ObjectStore<K, V, C> {
    fn capabilities(&self) -> Capabilities {
        let mut declared = Capabilities::default();
        declared.value_bytes_max = Some(self.value_bytes_max);
        declared.concurrency = 8;
        declared.scan = true;
        declared
    }

    async fn load(&self, keys: &[K]) -> Result<Vec<Option<V>>> {
        let loads: Vec<_> = keys.iter().map(|key| self.loaded(key)).collect();
        stream::iter(loads).buffered(AT_ONCE).try_collect().await
    }

    async fn apply(&self, batch: &Batch<K, V>) -> Result<Vec<Outcome>> {
        let writes: Vec<_> = batch.ops.iter().map(|op| self.applied(op)).collect();
        Ok(stream::iter(writes).buffered(AT_ONCE).collect().await)
    }

    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<K, V>> {
        let after = cursor.map(|cursor| {
            let path = str::from_utf8(&cursor.0).ok().and_then(|path| Path::parse(path).ok());
            path.ok_or_else(|| Error::invalid("the cursor is of another store"))
        });
        let (after, limit) = (after.transpose()?, limit.max(1));
        let first = self.first(after.as_ref(), limit).await?;
        let is_full = first.len() == limit;
        let next = first.last_key_value().filter(|_| is_full);
        let next = next.map(|(path, _)| Cursor(path.as_ref().as_bytes().to_vec()));
        let entries: Vec<_> = first.into_iter().map(|(path, key)| self.entry(path, key)).collect();
        let entries: Vec<Option<(K, V)>> =
            stream::iter(entries).buffered(AT_ONCE).try_collect().await?;
        Ok(Page { entries: entries.into_iter().flatten().collect(), next })
    }

    async fn count(&self) -> Result<u64> {
        let mut listed = self.listed(None);
        let mut count = 0;
        while let Some(found) = listed.try_next().await.map_err(|error| self.unlisted(error))? {
            count += u64::from(self.key(&found.location).is_some());
        }
        Ok(count)
    }
}

impl<K, V, C> fmt::Debug for ObjectStore<K, V, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectStore")
            .field("objects", &self.objects)
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}
