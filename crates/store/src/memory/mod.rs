//! A backing store in memory: for tests, for examples, and as the system of record of a cache
//! whose data may die with the process.

mod stats;
mod store;
mod table;

pub use stats::MemoryStoreStats;
pub use store::MemoryStore;
