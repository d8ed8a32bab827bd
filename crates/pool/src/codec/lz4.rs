//! Any codec, and its bytes compressed.

use forebay_store::Result;

use super::blob_codec::{BlobCodec, Sink, Source};

/// Any codec, and its bytes compressed by LZ4 in blocks of 128 KiB.
///
/// What was written without it is read with it, and the other way round: the blob says whether it is
/// compressed. Beside the codec's own memory it takes half a mebibyte while it writes or reads.
///
/// ```
/// use forebay_pool::{BlobCodec, Lz4, Object, Postcard};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Log(Vec<String>);
///
/// impl Object for Log {
///     const NAME: &'static str = "log";
///     const CODEC: &'static dyn BlobCodec<Self> = &Lz4(Postcard);
///     fn heap_bytes(&self) -> usize {
///         self.0.iter().map(|line| size_of::<String>() + line.capacity()).sum()
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Lz4<C>(pub C);

impl<T, C: BlobCodec<T>> BlobCodec<T> for Lz4<C> {
    fn id(&self) -> u16 {
        self.0.id()
    }

    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn layout(&self) -> (u32, u32) {
        self.0.layout()
    }

    fn length(&self, value: &T) -> Option<u64> {
        self.0.length(value)
    }

    fn needs_whole(&self) -> bool {
        self.0.needs_whole()
    }

    fn is_compressed(&self) -> bool {
        true
    }

    fn encode(&self, value: &T, out: &mut dyn Sink) -> Result<()> {
        self.0.encode(value, out)
    }

    fn decode(&self, from: &mut dyn Source, scrap: Option<T>) -> Result<T> {
        self.0.decode(from, scrap)
    }
}
