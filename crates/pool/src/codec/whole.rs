//! Codecs that have a value's bytes all at once.

use forebay_store::{Codec, Result};

use super::blob_codec::{BlobCodec, Sink, Source};

/// A codec of whole values, as stores of bytes have it.
///
/// All bytes of a value are in memory beside it while it is written, and while it is read; what the
/// writing takes is not counted in the pool's budget. Its name stands in the fingerprint of the blobs,
/// so a codec that reads other bytes needs another name.
///
/// ```
/// use forebay_pool::{BlobCodec, Object, Whole};
/// use forebay_store::{Codec, Error, Result};
///
/// struct Decimal;
///
/// impl Codec<Price> for Decimal {
///     fn name(&self) -> &'static str {
///         "decimal"
///     }
///     fn encode(&self, price: &Price) -> Result<Vec<u8>> {
///         Ok(price.0.to_string().into_bytes())
///     }
///     fn decode(&self, bytes: &[u8]) -> Result<Price> {
///         let wrong = || Error::corrupt("a price is decimal digits");
///         let digits = str::from_utf8(bytes).map_err(|_| wrong())?;
///         digits.parse().map(Price).map_err(|_| wrong())
///     }
/// }
///
/// struct Price(u64);
///
/// impl Object for Price {
///     const NAME: &'static str = "price";
///     const CODEC: &'static dyn BlobCodec<Self> = &Whole(Decimal);
///     fn heap_bytes(&self) -> usize {
///         0
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Whole<C>(pub C);

impl<T, C: Codec<T>> BlobCodec<T> for Whole<C> {
    fn id(&self) -> u16 {
        7
    }

    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn encode(&self, value: &T, out: &mut dyn Sink) -> Result<()> {
        out.put(&self.0.encode(value)?)
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<T>) -> Result<T> {
        let bytes = from.whole()?;
        self.0.decode(bytes.as_slice())
    }
}
