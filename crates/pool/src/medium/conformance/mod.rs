//! The contract of a medium as a suite of checks that every medium runs.
//!
//! The author of a medium gives a function that makes an empty one. Each check gets a new one, has
//! a claim for a name, and never panics:
//!
//! ```
//! use forebay_pool::PlainMemory;
//! use forebay_pool::conformance::{Suite, assert_conforms};
//!
//! assert_conforms(PlainMemory::default); // in a test
//! let report = Suite::new(PlainMemory::default).run(); // elsewhere
//! assert_eq!(report.failures().count(), 0, "{report}");
//! ```

mod checks;
mod specimen;
mod stop;
mod suite;

pub use forebay_store::conformance::{Check, Report, Verdict};
pub use suite::{Suite, assert_conforms};
