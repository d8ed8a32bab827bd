//! What a type must be to be the key of a table.

use forebay_store::Result;

use super::{KeyBytes, KeyReader, Place, Shape, Tail};

/// A type whose values have bytes in their own order.
///
/// It is there for numbers, text, bytes, times, addresses, and for tuples, arrays and options of
/// keys. For a newtype or a struct of keys use the derive.
///
/// Floating-point numbers are no keys on purpose: `-0.0` equals `0.0` but differs in its bits, and a
/// NaN equals nothing, so no bytes could follow their order. They are not `Ord` either:
///
/// ```compile_fail,E0277
/// fn key<K: forebay_state::key::Key>() {}
/// key::<f64>();
/// ```
///
/// An implementation promises, for all keys `a` and `b` of the type and each place:
///
/// - the bytes of `a` and `b` compare as `a` and `b` do;
/// - `decode` reads what `encode` wrote, takes nothing beyond it, and accepts nothing else;
/// - inner, no key's bytes are the beginning of another key's.
///
/// Keys are compared, cloned and dropped while other threads wait for their transactions. That code must not wait for
/// a lock that another thread holds while it writes to the same state: both would wait for ever.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a table",
    note = "keys are text, bytes, whole numbers, times, addresses, `Uuid`, and tuples, arrays or options of them",
    note = "for a newtype or a struct of keys derive `Key`; floating-point numbers have no total order"
)]
pub trait Key: Ord + Clone + Send + Sync + 'static {
    /// What an entry keeps of the key beside it: `()` for a key without anything on the heap.
    type Tail: Tail;

    /// What the bytes are made of. It is kept in the catalog and compared at every opening.
    const SHAPE: Shape;

    /// Appends the bytes of this key, as they are in this place.
    fn encode(&self, place: Place, out: &mut KeyBytes);

    /// Reads a key that was written in this place.
    ///
    /// Bytes that no key has are [`Corrupt`](forebay_store::ErrorKind::Corrupt).
    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self>;

    /// Lends the bytes of this key as it stands alone. Text and bytes lend themselves.
    fn with_encoded<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        let mut bytes = KeyBytes::new();
        self.encode(Place::Last, &mut bytes);
        read(bytes.as_bytes())
    }
}
