//! What a pool can hold.

use crate::codec::BlobCodec;

/// What a pool can hold.
///
/// All three are the author's word. The methods are called without any lock of the pool; a panic in
/// them costs only this object.
pub trait Object: Send + Sync + Sized + 'static {
    /// Stands in every blob's fingerprint. Change it when the meaning of the bytes changes.
    const NAME: &'static str;

    /// How it is made bytes.
    const CODEC: &'static dyn BlobCodec<Self>;

    /// Bytes on the heap, as far as they are its own. With the type's own size they are its weight in
    /// the pool's budget.
    fn heap_bytes(&self) -> usize;
}
