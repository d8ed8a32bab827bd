//! What a memory store was asked and what it did.

/// Counters of a [`MemoryStore`](crate::MemoryStore): what was attempted and what succeeded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryStoreStats {
    /// Calls to load.
    pub loads: u64,
    /// Keys asked for in those calls.
    pub keys_loaded: u64,
    /// Keys among them that were present.
    pub keys_found: u64,
    /// Calls to apply a batch.
    pub batches: u64,
    /// Puts attempted.
    pub puts: u64,
    /// Puts stored; the others were refused.
    pub puts_stored: u64,
    /// Deletes attempted.
    pub deletes: u64,
    /// Deletes stored, those of absent keys included; the others were refused.
    pub deletes_stored: u64,
    /// Pages scanned.
    pub scans: u64,
    /// Calls to count.
    pub counts: u64,
}
