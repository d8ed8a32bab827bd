//! The contract of a backing store as a suite of checks that every store and wrapper runs.
//!
//! The suite brings keys and values of bytes; a store author gives a function that makes an empty
//! store. Each check gets a new one, has a claim for a name, and never panics:
//!
//! ```
//! use forebay_store::conformance::{Suite, assert_conforms};
//! use forebay_store::{IntoStore, MemoryStore, Seams};
//!
//! let make = || MemoryStore::new().into_store(&Seams::real());
//! assert_conforms(make); // in a test
//! let report = Suite::new(make).run(); // elsewhere
//! assert_eq!(report.failures().count(), 0, "{report}");
//! ```

mod checks;
mod report;
mod subject;
mod suite;

pub use report::{Check, Report, Verdict};
pub use suite::{Suite, assert_conforms};
