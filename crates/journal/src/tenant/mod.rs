//! Who uses a journal: one alone, or several that share it.
//!
//! What uses a journal writes through a [`Channel`] and need not know whether it is alone.

mod channel;

pub use channel::Channel;
