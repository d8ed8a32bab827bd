//! Stores around stores: each adds one behaviour and passes everything else on.
//!
//! Wrappers nest, and take their clock and their randomness from whatever seams the cache runs
//! on:
//!
//! ```
//! use forebay_store::wrap::{ConcurrencyLimit, Retry, RetryPolicy, Timeout};
//! use forebay_store::{IntoStore, MemoryStore, Seams, SharedStore};
//! use std::time::Duration;
//!
//! let store = ConcurrencyLimit::new(MemoryStore::new(), 4);
//! let store = Timeout::new(store, Duration::from_secs(2));
//! let store = Retry::new(store, RetryPolicy::default());
//! let store: SharedStore<u64, String> = store.into_store(&Seams::real());
//! ```

mod limit;
mod observed;
mod observer;
mod retry;
mod timeout;

mod backoff;
mod remainder;
mod resend;
mod turnstile;
mod watch;

pub use backoff::RetryPolicy;
pub use limit::ConcurrencyLimit;
pub use observed::Observed;
pub use observer::{ApplyReport, CountReport, LoadReport, Observer, ScanReport};
pub use retry::Retry;
pub use timeout::Timeout;
