//! How much a value has on the heap.

/// How much a value has on the heap, without what stands in the value itself.
pub trait HeapBytes {
    /// Bytes on the heap, as far as they are its own.
    fn heap_bytes(&self) -> usize;
}
