//! How many entries may have one index key.

/// How many entries may have one key of an index.
#[doc(hidden)]
pub trait Holding: Send + Sync + 'static {
    /// Whether it is one at most.
    const IS_UNIQUE: bool;
}

/// As many as there are.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Many {}

impl Holding for Many {
    const IS_UNIQUE: bool = false;
}

/// One at most.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum One {}

impl Holding for One {
    const IS_UNIQUE: bool = true;
}
