//! The cache through its public face. A comment like `// W6` or `// E3` cites a defect of
//! docs/defects.md.
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod rig;

mod accounts;
mod ages;
mod around;
mod bounds;
mod comparing;
mod conditional;
mod costs;
mod deletes;
mod entries;
mod errands;
mod events;
mod eviction;
mod expiry;
mod first_steps;
mod flushing;
mod forgetting;
mod fresh;
mod gathering;
mod groups;
mod joint;
mod journal;
mod load_breaker;
mod loads;
mod looking;
mod lookups;
mod many;
mod memory_store;
mod modes;
mod modifying;
mod opening;
mod pausing;
mod promise;
mod puts;
mod quarantine;
mod queueing;
mod refreshing;
mod refusals;
mod scans;
mod shutdown;
mod store_errors;
mod syncing;
mod ticks;
mod tiers;
mod times;
mod together;
#[cfg(feature = "tracing")]
mod traced;
mod uncoalesced;
mod verbs;
mod warming;
mod weights;
mod write_through;
