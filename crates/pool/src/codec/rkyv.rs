//! Values that rkyv archives.

use forebay_store::{Error, Result};
use rkyv::api::high::{HighDeserializer, HighSerializer, HighValidator, to_bytes_in};
use rkyv::bytecheck::CheckBytes;
use rkyv::rancor;
use rkyv::ser::allocator::ArenaHandle;
use rkyv::ser::writer::IoWriter;
use rkyv::{Archive, Deserialize, Serialize};

use super::blob_codec::{BlobCodec, Sink, Source};

/// Any value that rkyv archives, made anew when it is read. The bytes are those of an
/// [`Archived`](crate::Archived), which is read without being made anew.
///
/// They are checked before they are read. How rkyv lays them out depends on its own features, so a
/// change of those is a change of the type's name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rkyv;

/// What archives a value into a sink.
type Streamed<'a, 's> = HighSerializer<IoWriter<&'s mut dyn Sink>, ArenaHandle<'a>, rancor::Error>;

impl<T> BlobCodec<T> for Rkyv
where
    T: Archive + for<'a, 's> Serialize<Streamed<'a, 's>>,
    T::Archived: for<'a> CheckBytes<HighValidator<'a, rancor::Error>>
        + Deserialize<T, HighDeserializer<rancor::Error>>,
{
    fn id(&self) -> u16 {
        4
    }

    fn name(&self) -> &'static str {
        "rkyv"
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn encode(&self, value: &T, out: &mut dyn Sink) -> Result<()> {
        to_bytes_in(value, IoWriter::new(out))
            .map(drop)
            .map_err(|error| Error::refused("archive the value").with_source(error))
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<T>) -> Result<T> {
        let bytes = from.whole()?;
        rkyv::from_bytes::<T, rancor::Error>(bytes.as_slice()).map_err(|error| {
            Error::corrupt("stored bytes are no archive of this type").with_source(error)
        })
    }
}
