//! What errors of a pool bring along.

use std::fmt;
use std::sync::Arc;

use forebay_store::{ByteSize, Error};

use crate::key::Key;

/// A value that was not taken, and why.
pub struct Rejected<V> {
    /// The value, as it was given.
    pub given_back: V,
    /// Why.
    pub error: Error,
}

impl<V> fmt::Debug for Rejected<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejected").field("error", &self.error).finish_non_exhaustive()
    }
}

impl<V> fmt::Display for Rejected<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<V> std::error::Error for Rejected<V> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl<V> From<Rejected<V>> for Error {
    fn from(rejected: Rejected<V>) -> Self {
        rejected.error
    }
}

/// There is no room, and nothing can be evicted: everything in memory is pinned, being looked at,
/// or cannot be saved. The source of a [`Busy`](forebay_store::ErrorKind::Busy).
#[derive(Clone, Debug)]
pub struct AllPinned {
    /// The bound of the pool.
    pub budget: ByteSize,
    /// Bytes of values in memory.
    pub resident: ByteSize,
    /// Bytes that callers have reserved.
    pub reserved: ByteSize,
    /// Bytes that the pool itself needs.
    pub own: ByteSize,
    /// Bytes of values whose codec or medium refuses them. In a pool without a medium, the bytes of all values.
    pub unsavable: ByteSize,
    /// The largest objects with guards or pins, 16 at most.
    pub looked_at: Vec<Holder>,
}

/// An object that cannot leave memory now.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The label of the object, if it has one.
    pub label: Option<Arc<str>>,
    /// The name of the object's type.
    pub type_name: &'static str,
    /// The key of the object, if it has one.
    pub key: Option<Key>,
    /// What the object weighs.
    pub bytes: ByteSize,
    /// Guards that are out.
    pub guards: usize,
    /// Pins that are out.
    pub pins: u32,
}

impl fmt::Display for AllPinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "of {} in the pool {} are in memory, {} reserved, {} its own",
            self.budget, self.resident, self.reserved, self.own
        )?;
        if self.unsavable.as_bytes() > 0 {
            write!(f, ", {} cannot be saved", self.unsavable)?;
        }
        for holder in &self.looked_at {
            let name = holder.label.as_deref().unwrap_or(holder.type_name);
            let s = |is_one: bool| if is_one { "" } else { "s" };
            let (guards, pins) = (holder.guards, holder.pins);
            write!(f, "; `{name}` ({}) has {guards} guard{}", holder.bytes, s(guards == 1))?;
            if pins > 0 {
                write!(f, " and {pins} pin{}", s(pins == 1))?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for AllPinned {}
