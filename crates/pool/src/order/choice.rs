//! The orders that a user can choose from.

/// In which order objects leave memory.
///
/// A hit writes nothing but when it was, so all of them cost the same there. What was touched since an
/// order last came by is kept; they differ in how they look for the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Order {
    /// What was not touched since a hand last came by, new ones as late as old ones. Simple, and good
    /// on most traces; a scan over more than the memory takes along what was not touched meanwhile.
    Sieve,
    /// A tenth of the bytes is a probation for what is new: what is not touched there leaves first, what
    /// is touched goes on to a [`Sieve`](Self::Sieve), and so does what comes back soon. A scan passes
    /// through the probation and leaves the rest alone. Objects that are large for the pool, more than
    /// a fortieth of what is in memory, need no probation.
    #[default]
    Sifted,
    /// What was touched longest ago, exact but for the order of hits between two misses.
    Lru,
    /// Two of those: what was touched since it came goes to the protected one, which takes this share
    /// of the bytes, from 0 to 1. What it has too much of goes back to the other.
    Segmented {
        /// The share of the protected ones.
        protected: f64,
    },
}
