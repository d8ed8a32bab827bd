//! The orders that a user can choose from.

/// In which order objects leave memory.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Order {
    /// What was not touched since a hand last came by. Simple, and good on most traces.
    #[default]
    Sieve,
}
