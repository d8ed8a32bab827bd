//! Keys and values of a simulated run.

use std::fmt;

use forebay_store::{Moment, WallTime};

use crate::dates::Dates;
use crate::fuse;

/// A key.
pub type Name = u16;

/// What makes each write of a run different from every other; never 0.
pub type Tag = u64;

/// A value: which write made it, and what the cache has to know of it.
#[derive(Copy, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// The write that made it.
    pub tag: Tag,
    /// Bytes that it claims to hold on the heap.
    pub bytes: usize,
    /// When it is over.
    pub expires_at: Option<WallTime>,
}

#[expect(
    clippy::expl_impl_clone_on_copy,
    clippy::non_canonical_clone_impl,
    reason = "whoever calls it may meet a panic"
)]
impl Clone for Tagged {
    fn clone(&self) -> Self {
        fuse::burn();
        *self
    }
}

impl fmt::Display for Tagged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} ({} B", self.tag, self.bytes)?;
        if let Some(at) = self.expires_at {
            let start = Dates::default().at(Moment::default());
            write!(f, ", over at {} ms", at.0.cast_signed() - start.0.cast_signed())?;
        }
        f.write_str(")")
    }
}

/// A value or its absence, in short.
pub(crate) fn short(tag: Option<Tag>) -> String {
    tag.map_or_else(|| "-".to_owned(), |tag| format!("#{tag}"))
}
