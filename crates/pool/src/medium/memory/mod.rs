//! A medium that is a map: for tests and examples.

mod plain_memory;

pub use plain_memory::PlainMemory;
