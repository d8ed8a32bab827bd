//! What a store declares about itself, so that its caller plans within it.

use crate::Quota;

/// What a store can do. A store that declares less is used more carefully, never refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent declaration")]
pub struct Capabilities {
    /// A batch is applied wholly or not at all. Then every outcome but `Stored` holds for the
    /// whole batch: no write of it was applied (`Unknown`: all of them or none).
    pub atomic_batch: bool,
    /// The most writes or keys in one call. Default 256; at least 1.
    pub batch_ops_max: usize,
    /// The largest encoded value in bytes; larger ones are refused. Default: none.
    pub value_bytes_max: Option<u64>,
    /// How many loads it can serve at once, and as many batches. Default 1; at least 1.
    pub concurrency: usize,
    /// It honours [`Condition`](crate::Condition) on a write.
    pub conditional: bool,
    /// It drops a value by itself when its `expires_at` has passed.
    pub expiry: bool,
    /// It can be scanned in pages.
    pub scan: bool,
    /// What it keeps in memory at most, however much is in it. Default 0.
    pub memory_bytes: u64,
    /// What all that is in it may take. Default: no bound that it knows of.
    pub quota: Option<Quota>,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            atomic_batch: false,
            batch_ops_max: 256,
            value_bytes_max: None,
            concurrency: 1,
            conditional: false,
            expiry: false,
            scan: false,
            memory_bytes: 0,
            quota: None,
        }
    }
}
