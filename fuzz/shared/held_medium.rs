//! A medium of one blob, whose bytes a fuzzer changes where they are.

use std::sync::{Arc, Mutex, MutexGuard};

use forebay_pool::{ByteSize, Handle};
use forebay_pool::{HEAD, Medium, MediumTraits, Object, Place, Pool, Reading, Usage, Writing};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Error, Result};

/// A medium of one blob. Clones are one medium.
#[derive(Clone, Debug, Default)]
pub struct HeldMedium(Arc<Mutex<Vec<u8>>>);

impl HeldMedium {
    /// The bytes of the blob.
    pub fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().expect("nobody panics with it")
    }
}

/// An object that is in its medium and nowhere else.
pub fn spilled<T: Object>(value: T) -> (Handle<T>, HeldMedium) {
    let medium = HeldMedium::default();
    let pool = Pool::builder()
        .memory(ByteSize::mib(8))
        .spill(medium.clone())
        .seams(ManualClock::new().seams(1))
        .build()
        .expect("the settings are right");
    let handle = pool.insert(value).wait().expect("there is room");
    assert!(handle.evict().wait().expect("the medium takes it"), "nobody looks at it");
    (handle, medium)
}

impl Medium for HeldMedium {
    fn traits(&self) -> MediumTraits {
        let (blob_max, piece) = (1 << 30, 1 << 17);
        MediumTraits { blob_max, is_whole: false, piece, has_links: false, memory: 0 }
    }

    fn begin(&self, _length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        Ok(Box::new(Begun { to: self, bytes: vec![0; HEAD] }))
    }

    fn reading(&self, _place: Place) -> Result<Box<dyn Reading + '_>> {
        Ok(Box::new(Opened(self)))
    }

    fn free(&self, _place: Place) {
        self.bytes().clear();
    }

    fn usage(&self) -> Usage {
        Usage::default()
    }
}

struct Begun<'a> {
    to: &'a HeldMedium,
    bytes: Vec<u8>,
}

impl Writing for Begun<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn offset(&self) -> u32 {
        128
    }

    fn seal(mut self: Box<Self>, head: &[u8; HEAD]) -> Result<Place> {
        self.bytes[..HEAD].copy_from_slice(head);
        let length = self.bytes.len() as u64;
        *self.to.bytes() = self.bytes;
        Ok(Place { part: 0, file: 0, at: 0, length })
    }
}

struct Opened<'a>(&'a HeldMedium);

impl Reading for Opened<'_> {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()> {
        let bytes = self.0.bytes();
        let found = usize::try_from(at).ok().and_then(|at| bytes.get(at..)?.get(..into.len()));
        into.copy_from_slice(found.ok_or_else(|| Error::corrupt("the blob is too short"))?);
        Ok(())
    }
}
