//! Looking into a journal from outside: what is there, whether it is good, and who owns it.
//!
//! Nothing here writes, and nothing needs to know what the records mean.

mod blocks;
mod frames;
mod inspection;
mod owner;
mod read_only;
mod segment_facts;
mod verify;

pub(crate) use frames::{Found, frames_of};
pub use inspection::{Inspection, inspect};
pub use owner::{Owner, owner};
pub use read_only::read_only;
pub(crate) use segment_facts::open_segment;
pub use segment_facts::{SegmentFacts, SegmentState};
pub(crate) use verify::verify_with;
pub use verify::{Verdict, Verified, verify};
