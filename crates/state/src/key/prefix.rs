//! What many keys begin with.

/// Something that keys `K` may begin with: `str` for text, `[u8]` for bytes, `(A,)` and `(A, B)` for
/// `(A, B, C)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what keys `{K}` begin with",
    note = "text begins with `str`, bytes with `[u8]`, a tuple with a shorter tuple such as `(A,)`"
)]
pub trait PrefixOf<K> {
    /// Lends the bytes that the bytes of all such keys, and of no others, begin with.
    fn with_prefix<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R;

    /// The same of keys that something follows.
    fn with_inner_prefix<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        self.with_prefix(read)
    }
}
