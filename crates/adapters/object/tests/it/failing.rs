//! What is said of a storage that fails.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use forebay_object::ObjectStore;
use forebay_store::seam::block_on;
use forebay_store::sync::Mutex;
use forebay_store::{AsyncStore, Batch, BatchId, ErrorKind, Outcome, Raw, WriteOp};
use futures_util::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// A storage whose puts and gets fail as they are told.
#[derive(Debug, Default)]
struct Fickle {
    inner: InMemory,
    fault: Mutex<Option<Fault>>,
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    /// The rights are missing: nothing happens.
    Denied,
    /// The answer is lost, before or after it happened.
    Lost { is_done: bool },
    /// It cannot be done here.
    NotHere,
}

impl Fault {
    fn error(self) -> Error {
        let (path, source) = (String::from("some"), "as the test wants".into());
        match self {
            Self::Denied => Error::PermissionDenied { path, source },
            Self::Lost { .. } => Error::Generic { store: "fickle", source },
            Self::NotHere => Error::NotSupported { source },
        }
    }
}

impl fmt::Display for Fickle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fickle")
    }
}

#[async_trait]
impl object_store::ObjectStore for Fickle {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let fault = *self.fault.lock();
        match fault {
            None => self.inner.put_opts(location, payload, options).await,
            Some(fault) => {
                if matches!(fault, Fault::Lost { is_done: true }) {
                    self.inner.put_opts(location, payload, options).await?;
                }
                Err(fault.error())
            }
        }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let fault = *self.fault.lock();
        match fault {
            Some(fault) => Err(fault.error()),
            None => self.inner.put_multipart_opts(location, options).await,
        }
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let fault = *self.fault.lock();
        match fault {
            Some(fault) => Err(fault.error()),
            None => self.inner.get_opts(location, options).await,
        }
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

#[test]
fn what_may_have_happened_is_unknown_and_what_did_not_is_not() {
    let storage = Arc::new(Fickle::default());
    let store: ObjectStore<u64, Bytes, Raw> =
        ObjectStore::blobs(Arc::clone(&storage) as _, "b").unwrap();
    let put = |key: u64, length: usize| {
        let ops = vec![WriteOp::put(key, vec![7; length].into(), 1)];
        let batch = Batch { id: BatchId { origin: 1, number: key }, ops };
        block_on(store.apply(&batch)).unwrap().remove(0)
    };
    let fail = |fault| *storage.fault.lock() = fault;

    fail(Some(Fault::Denied));
    // A try before the last one may have been done.
    assert!(matches!(put(1, 10), Outcome::Unknown(_)));
    assert_eq!(block_on(store.load(&[1])).unwrap_err().kind(), ErrorKind::Unavailable);
    fail(Some(Fault::NotHere));
    assert!(matches!(put(2, 10), Outcome::Refused(_)));
    assert!(matches!(put(2, 17 << 20), Outcome::Refused(_)));
    for (key, is_done) in [(3, false), (4, true)] {
        fail(Some(Fault::Lost { is_done }));
        assert!(matches!(put(key, 10), Outcome::Unknown(_)));
        // One that goes in parts is not there before it is completed.
        assert!(matches!(put(key + 10, 17 << 20), Outcome::Retry(_)));
        assert_eq!(block_on(store.load(&[key])).unwrap_err().kind(), ErrorKind::Unavailable);
    }
    fail(None);
    let found = block_on(store.load(&[1, 2, 3, 4, 13, 14])).unwrap();
    let found: Vec<bool> = found.iter().map(Option::is_some).collect();
    assert_eq!(found, [false, false, false, true, false, false]);
}
