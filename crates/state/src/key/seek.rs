//! What a table is asked with.

use super::{Key, KeyBytes, Place};

/// Something that finds a key `K`: the key itself, or what the key borrows as, such as `str` for
/// `String`.
///
/// It orders as the keys do, and its bytes are those of the key that it finds.
#[diagnostic::on_unimplemented(
    message = "a table with the keys `{K}` cannot be asked with `{Self}`",
    note = "ask with the key, with `str` for text, or with `[u8]` for bytes"
)]
pub trait Seek<K>: Ord {
    /// Lends the bytes of the key that is sought.
    fn with_bytes<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R;

    /// Lends the bytes that the key has where something follows it.
    fn with_inner<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R;
}

impl<K: Key> Seek<K> for K {
    #[inline]
    fn with_bytes<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        self.with_encoded(read)
    }

    fn with_inner<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        let mut bytes = KeyBytes::new();
        self.encode(Place::Inner, &mut bytes);
        read(bytes.as_bytes())
    }
}
