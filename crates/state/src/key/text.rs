//! Text, and bytes of any number.

use std::sync::Arc;

use bytes::Bytes;
use forebay_store::{Error, Result};

use super::{Key, KeyBytes, KeyReader, Place, PrefixOf, Seek, Shape};

/// Types that hold `$borrowed`, which finds them and is what they begin with.
macro_rules! strings {
    ($name:literal, $borrowed:ty, $to:expr, $from:expr, [$($type:ty),*]) => {$(
        impl Key for $type {
            type Tail = [u64; 3];
            const SHAPE: Shape = Shape::Named { name: $name };

            fn encode(&self, place: Place, out: &mut KeyBytes) {
                out.string($to(self), place);
            }

            fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
                $from(bytes.string(place)?).map(<$type>::from)
            }

            #[inline]
            fn with_encoded<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
                read($to(self))
            }
        }

        impl Seek<$type> for $borrowed {
            #[inline]
            fn with_bytes<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
                read($to(self))
            }

            fn with_inner<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
                let mut bytes = KeyBytes::new();
                bytes.string($to(self), Place::Inner);
                read(bytes.as_bytes())
            }
        }

        impl PrefixOf<$type> for $borrowed {
            fn with_prefix<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
                read($to(self))
            }

            fn with_inner_prefix<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
                let mut bytes = KeyBytes::new();
                bytes.escaped($to(self));
                read(bytes.as_bytes())
            }
        }
    )*};
}

strings!("text", str, str::as_bytes, text, [String, Box<str>, Arc<str>]);
strings!("bytes", [u8], as_they_are, any, [Vec<u8>, Box<[u8]>, Arc<[u8]>, Bytes]);

fn as_they_are(bytes: &[u8]) -> &[u8] {
    bytes
}

fn text(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes)
        .map_err(|error| Error::corrupt("text in a key is not UTF-8").with_source(error))
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where `text` may refuse")]
fn any(bytes: Vec<u8>) -> Result<Vec<u8>> {
    Ok(bytes)
}
