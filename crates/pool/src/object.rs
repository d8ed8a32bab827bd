//! What a pool can hold.

use bytes::Bytes;
use forebay_store::Raw;

use crate::codec::BlobCodec;
use crate::plain::Plain;

/// What a pool can hold.
///
/// All three are the author's word. The methods are called without any lock of the pool; a panic in
/// them costs only this object. They must not wait for the pool that calls them.
///
/// Rows of [plain](Plain) values, [`Bytes`] and [`String`] are objects. A type of one's own says how it
/// is made bytes, and what it weighs:
///
/// ```
/// use forebay_pool::{BlobCodec, HeapBytes, Object, Postcard};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Mesh {
///     name: String,
///     points: Vec<[f32; 3]>,
/// }
///
/// impl Object for Mesh {
///     const NAME: &'static str = "mesh/2";
///     const CODEC: &'static dyn BlobCodec<Self> = &Postcard;
///     fn heap_bytes(&self) -> usize {
///         self.name.on_heap() + self.points.on_heap()
///     }
/// }
///
/// let mesh = Mesh { name: String::from("cube"), points: vec![[0.0; 3]; 8] };
/// assert_eq!(mesh.heap_bytes(), 4 + 96);
/// ```
pub trait Object: Send + Sync + Sized + 'static {
    /// Stands in every blob's fingerprint. Change it when the meaning of the bytes changes.
    const NAME: &'static str;

    /// How it is made bytes.
    const CODEC: &'static dyn BlobCodec<Self>;

    /// Bytes on the heap, as far as they are its own. With the type's own size they are its weight in
    /// the pool's budget.
    fn heap_bytes(&self) -> usize;
}

/// The bytes are read into the place where they stay, and nothing is decoded. What was written as a row
/// may be read as a boxed slice, and the other way round.
impl<P: Plain> Object for Vec<P> {
    const NAME: &'static str = P::NAME;
    const CODEC: &'static dyn BlobCodec<Self> = &Raw;

    fn heap_bytes(&self) -> usize {
        self.capacity() * size_of::<P>()
    }
}

impl<P: Plain> Object for Box<[P]> {
    const NAME: &'static str = P::NAME;
    const CODEC: &'static dyn BlobCodec<Self> = &Raw;

    fn heap_bytes(&self) -> usize {
        size_of_val::<[P]>(self)
    }
}

impl<P: Plain, const N: usize> Object for [P; N] {
    const NAME: &'static str = P::NAME;
    const CODEC: &'static dyn BlobCodec<Self> = &Raw;

    fn heap_bytes(&self) -> usize {
        0
    }
}

/// It weighs what it shows. What it shares with others is counted by each of them.
impl Object for Bytes {
    const NAME: &'static str = "bytes";
    const CODEC: &'static dyn BlobCodec<Self> = &Raw;

    fn heap_bytes(&self) -> usize {
        self.len()
    }
}

impl Object for String {
    const NAME: &'static str = "text";
    const CODEC: &'static dyn BlobCodec<Self> = &Raw;

    fn heap_bytes(&self) -> usize {
        self.capacity()
    }
}
