//! Large values behind handles, in a bounded memory, spilled and kept.
//!
//! [`Pool`] is the owner of the memory, and a [`Handle`] is what a user has of an object. The chapter that
//! leads from the first object to an archive is
//! [docs/pool.md](https://github.com/forebay/forebay/blob/main/docs/pool.md).

pub use forebay_pool::*;
