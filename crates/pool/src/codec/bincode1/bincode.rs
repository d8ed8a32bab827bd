//! The codec itself.

use forebay_store::Result;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::super::blob_codec::{BlobCodec, Sink, Source};
use super::pen::Pen;
use super::reader::Reader;

/// Any serde type, in the wire format of bincode 1, which is that of bincode 2 with its configuration
/// `legacy`: numbers in all their bytes, the lowest first, and lengths as `u64`.
///
/// It reads what other programs have written so, above all [`file_backed`](crate::file_backed). For new
/// objects [`Postcard`](crate::Postcard) is shorter.
///
/// Damage is `Corrupt`: what is too short, too long, or nested deeper than 128, and more than 1,024 elements
/// without bytes in one value, as of a `Vec<()>`. A length that lies takes no memory by itself: room is made for
/// as many bytes as there are, or for 4,096 elements at a time, however large one is in memory.
///
/// ```
/// use forebay_pool::{Bincode1, BlobCodec, HeapBytes, Object};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Tile {
///     heights: Vec<f32>,
/// }
///
/// impl Object for Tile {
///     const NAME: &'static str = "tile";
///     const CODEC: &'static dyn BlobCodec<Self> = &Bincode1;
///     fn heap_bytes(&self) -> usize {
///         self.heights.on_heap()
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Bincode1;

impl<T: Serialize + DeserializeOwned> BlobCodec<T> for Bincode1 {
    fn id(&self) -> u16 {
        8
    }

    fn name(&self) -> &'static str {
        "bincode1"
    }

    fn encode(&self, value: &T, out: &mut dyn Sink) -> Result<()> {
        let mut pen = Pen::new(out);
        value.serialize(&mut pen).map_err(|failure| failure.0)?;
        pen.finish()
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<T>) -> Result<T> {
        let mut reader = Reader::new(from);
        let value = T::deserialize(&mut reader).map_err(|failure| failure.0)?;
        reader.finish().map(|()| value)
    }
}
