//! Values that are read where their bytes are.

use std::fmt;
use std::marker::PhantomData;

use forebay_store::{Error, Result};
use rkyv::Archive;
use rkyv::api::high::{HighSerializer, HighValidator, to_bytes_in};
use rkyv::bytecheck::CheckBytes;
use rkyv::rancor;
use rkyv::ser::allocator::ArenaHandle;
use rkyv::util::AlignedVec;

use super::aligned::Aligned;
use super::blob_codec::{BlobCodec, Sink, Source};
use crate::object::Object;

/// What may stand in an [`Archived`]: it has a name, as every object has.
pub trait Archivable:
    Archive<Archived: for<'a> CheckBytes<HighValidator<'a, rancor::Error>>> + 'static
{
    /// Stands in every blob's fingerprint. Change it when the meaning of the bytes changes.
    const NAME: &'static str;
}

/// An archived `T`: its bytes, which are read where they are. It weighs what it is long, and a load of it
/// decodes nothing.
///
/// What [`Rkyv`](crate::Rkyv) wrote for an object of the same name is read as this, and the other way
/// round.
pub struct Archived<T> {
    bytes: Aligned,
    of: PhantomData<fn() -> T>,
}

impl<T: Archivable> Archived<T> {
    /// Archives a value. `Refused` if it cannot be.
    pub fn of(value: &T) -> Result<Self>
    where
        T: for<'a> rkyv::Serialize<HighSerializer<AlignedVec, ArenaHandle<'a>, rancor::Error>>,
    {
        let bytes = to_bytes_in(value, AlignedVec::new());
        let bytes = bytes.map_err(|error: rancor::Error| {
            Error::refused("archive the value").with_source(error)
        })?;
        Ok(Self { bytes: Aligned::from(bytes.as_slice()), of: PhantomData })
    }

    /// The value, where it is. All of it is checked, each time, because to leave that out is unsafe:
    /// keep the reference rather than ask again. `Corrupt` if it is no archive of a `T`.
    pub fn access(&self) -> Result<&T::Archived> {
        rkyv::access::<T::Archived, rancor::Error>(&self.bytes).map_err(|error| {
            Error::corrupt("these bytes are no archive of this type").with_source(error)
        })
    }
}

impl<T> Archived<T> {
    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl<T> Clone for Archived<T> {
    fn clone(&self) -> Self {
        Self { bytes: self.bytes.clone(), of: PhantomData }
    }
}

impl<T> fmt::Debug for Archived<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archived").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl<T: Archivable> Object for Archived<T> {
    const NAME: &'static str = T::NAME;
    const CODEC: &'static dyn BlobCodec<Self> = &InPlace;

    fn heap_bytes(&self) -> usize {
        self.bytes.heap_bytes()
    }
}

/// The bytes of an archive as they are.
struct InPlace;

impl<T> BlobCodec<Archived<T>> for InPlace {
    fn id(&self) -> u16 {
        4
    }

    fn name(&self) -> &'static str {
        "rkyv"
    }

    fn length(&self, value: &Archived<T>) -> Option<u64> {
        Some(value.bytes.len() as u64)
    }

    fn encode(&self, value: &Archived<T>, out: &mut dyn Sink) -> Result<()> {
        out.put(&value.bytes)
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<Archived<T>>) -> Result<Archived<T>> {
        Ok(Archived { bytes: from.whole()?, of: PhantomData })
    }
}
