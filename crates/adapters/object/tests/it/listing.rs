//! How much of a storage a page of a scan lists.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use forebay_object::ObjectStore;
use forebay_store::seam::block_on;
use forebay_store::sync::Mutex;
use forebay_store::{AsyncStore, Batch, BatchId, ErrorKind, Outcome, Page, Raw, WriteOp};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// A storage that counts the names that it lists, and lists the last ones first if it is told to.
#[derive(Debug, Default)]
struct Counted {
    inner: InMemory,
    is_backwards: bool,
    listed: Arc<Mutex<usize>>,
}

impl Counted {
    fn told(
        &self,
        names: BoxStream<'static, Result<ObjectMeta>>,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let mut names: Vec<_> = block_on(names.collect());
        if self.is_backwards {
            names.reverse();
        }
        let listed = Arc::clone(&self.listed);
        stream::iter(names).inspect(move |_| *listed.lock() += 1).boxed()
    }
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counted")
    }
}

#[async_trait]
impl object_store::ObjectStore for Counted {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        self.inner.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.told(self.inner.list(prefix))
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.told(self.inner.list_with_offset(prefix, offset))
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

type Blobs = ObjectStore<u64, Bytes, Raw>;

const OBJECTS: u64 = 95;

fn filled(storage: &Arc<Counted>) -> Blobs {
    let store = Blobs::blobs(Arc::clone(storage) as _, "b").unwrap();
    let ops = (0..OBJECTS).map(|key| WriteOp::put(key, Bytes::from_static(b"x"), 1)).collect();
    let batch = Batch { id: BatchId { origin: 1, number: 1 }, ops };
    assert!(block_on(store.apply(&batch)).unwrap().iter().all(Outcome::is_stored));
    store
}

/// All keys, page by page.
fn scanned(store: &Blobs, limit: usize) -> forebay_store::Result<Vec<u64>> {
    let (mut keys, mut cursor) = (Vec::new(), None);
    loop {
        let Page { entries, next } = block_on(store.scan(cursor.as_ref(), limit))?;
        keys.extend(entries.into_iter().map(|(key, _)| key));
        cursor = next;
        if cursor.is_none() {
            return Ok(keys);
        }
    }
}

#[test]
fn a_page_of_a_storage_that_lists_in_order_lists_no_more_than_it_has() {
    let storage = Arc::new(Counted::default());
    let store = filled(&storage).lists_in_order();
    assert_eq!(scanned(&store, 10).unwrap(), (0..OBJECTS).collect::<Vec<_>>());
    assert_eq!(*storage.listed.lock(), 95);
    // What is somebody else's is passed over, and ends no page.
    let other = Path::from("b/00.o");
    block_on(object_store::ObjectStoreExt::put(&storage.inner, &other, "mine".into())).unwrap();
    assert_eq!(scanned(&store, 10).unwrap().len(), 95);
}

#[test]
fn a_storage_that_lists_in_any_order_is_scanned_in_order() {
    let storage = Arc::new(Counted { is_backwards: true, ..Counted::default() });
    let store = filled(&storage);
    assert_eq!(scanned(&store, 10).unwrap(), (0..OBJECTS).collect::<Vec<_>>());
}

#[test]
fn a_storage_that_does_not_keep_the_order_that_it_should_is_told() {
    let storage = Arc::new(Counted { is_backwards: true, ..Counted::default() });
    let store = filled(&storage).lists_in_order();
    assert_eq!(scanned(&store, 10).unwrap_err().kind(), ErrorKind::Unsupported);
}
