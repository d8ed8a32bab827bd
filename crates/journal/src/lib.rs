//! The write-ahead log of Forebay: what was acknowledged at a rung is there after that rung's fault.
//!
//! It knows no runtime and starts no thread of its own. Read in this order: [`disk`].

pub mod disk;
