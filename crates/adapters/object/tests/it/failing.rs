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
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, UploadPart,
};

/// A storage whose puts and gets fail as they are told.
#[derive(Debug, Default)]
struct Fickle {
    inner: InMemory,
    fault: Mutex<Option<Fault>>,
    /// That of the last call of a put in parts, and how many were given up.
    at_the_end: Arc<Mutex<(Option<Fault>, u32)>>,
}

/// A put in parts whose last call fails as it is told.
#[derive(Debug)]
struct Parts {
    inner: Box<dyn MultipartUpload>,
    at_the_end: Arc<Mutex<(Option<Fault>, u32)>>,
}

#[async_trait]
impl MultipartUpload for Parts {
    fn put_part(&mut self, part: PutPayload) -> UploadPart {
        self.inner.put_part(part)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let fault = self.at_the_end.lock().0;
        match fault {
            None => self.inner.complete().await,
            Some(fault) => {
                if matches!(fault, Fault::Lost { is_done: true }) {
                    self.inner.complete().await?;
                }
                Err(fault.error())
            }
        }
    }

    async fn abort(&mut self) -> Result<()> {
        self.at_the_end.lock().1 += 1;
        self.inner.abort().await
    }
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
        if let Some(fault) = fault {
            return Err(fault.error());
        }
        let inner = self.inner.put_multipart_opts(location, options).await?;
        Ok(Box::new(Parts { inner, at_the_end: Arc::clone(&self.at_the_end) }))
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

type Blobs = ObjectStore<u64, Bytes, Raw>;

fn put(store: &Blobs, key: u64, length: usize) -> Outcome {
    let ops = vec![WriteOp::put(key, vec![7; length].into(), 1)];
    let batch = Batch { id: BatchId { origin: 1, number: key }, ops };
    block_on(store.apply(&batch)).unwrap().remove(0)
}

#[test]
fn what_may_have_happened_is_unknown_and_what_did_not_is_not() {
    let storage = Arc::new(Fickle::default());
    let store = ObjectStore::blobs(Arc::clone(&storage) as _, "b").unwrap();
    let put = |key, length| put(&store, key, length);
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

/// `no such upload` may be the answer to a second try, after the first was done.
#[test]
fn whatever_the_last_call_of_a_put_in_parts_answers_it_may_have_happened() {
    let storage = Arc::new(Fickle::default());
    let store = ObjectStore::blobs(Arc::clone(&storage) as _, "b").unwrap();
    let faults = [
        Fault::Denied,
        Fault::NotHere,
        Fault::Lost { is_done: false },
        Fault::Lost { is_done: true },
    ];
    for (key, fault) in (0..).zip(faults) {
        *storage.at_the_end.lock() = (Some(fault), 0);
        assert!(matches!(put(&store, key, 17 << 20), Outcome::Unknown(_)), "{fault:?}");
        assert_eq!(storage.at_the_end.lock().1, 1, "its parts are given up: {fault:?}");
        let is_there = block_on(store.load(&[key])).unwrap()[0].is_some();
        assert_eq!(is_there, matches!(fault, Fault::Lost { is_done: true }), "{fault:?}");
    }
    storage.at_the_end.lock().0 = None;
    assert!(put(&store, 0, 17 << 20).is_stored());
}
