//! Blobs in memory, compressed.

mod blocks;
mod compressed_memory;
mod packing;
mod unpacking;

pub use compressed_memory::CompressedMemory;
