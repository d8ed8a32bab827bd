//! The simulated seams: time that stands still until it is told to move, jobs that run where they
//! are handed in, numbers from a seed. With them one seed is one run.
//!
//! ```
//! use forebay_store::seam::{Clock, manual::ManualClock};
//! use std::time::Duration;
//!
//! let clock = ManualClock::new();
//! let seams = clock.seams(7);
//! let (done, op) = forebay_store::Op::pending();
//! seams.clock.after(Duration::from_secs(5), Box::new(move || done.complete(Ok("rang"))));
//! assert!(!op.is_ready());
//! clock.advance(Duration::from_secs(5));
//! assert_eq!(op.wait().unwrap(), "rang");
//! ```

mod clock;
mod random;
mod spawn;

pub use clock::ManualClock;
pub use random::SeededRandom;
pub use spawn::InlineSpawn;
