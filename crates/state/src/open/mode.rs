//! What an opening does about what it cannot read.

/// What an opening does about what it cannot read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// Any loss is an error, and nothing on disk is touched. A value that cannot be read is no loss if it
    /// was replaced or deleted later.
    #[default]
    Strict,
    /// What is good is kept, and what is not is told in the [report](crate::OpenReport): values that cannot
    /// be read go to the [quarantine](crate::View::quarantine), fields that a type does not have any
    /// more are dropped. Once it is opened a snapshot of that is on disk, so the next opening may be strict.
    Recover,
}
