//! Whether anything follows a component of a key.

/// Where a component stands in its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Something follows, so the component says where it ends.
    Inner,
    /// The key ends where the component ends.
    Last,
}

impl Place {
    /// The place of component `at` of the `count` components of a key that stands here.
    #[must_use]
    pub const fn component(self, at: usize, count: usize) -> Self {
        if at + 1 < count { Self::Inner } else { self }
    }
}
