//! What an opening does about what it cannot read.

/// What an opening does about what it cannot read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// Any loss is an error, and nothing on disk is touched. A value that cannot be read is no loss if it
    /// was replaced or deleted later.
    #[default]
    Strict,
    /// What is good is kept, and the [report](crate::OpenReport) tells what is not. Once the state is
    /// opened all of that is durable, so the next opening may be strict. Until then nothing has changed.
    ///
    /// | found | what is done |
    /// |---|---|
    /// | values that cannot be read | they go to the [quarantine](crate::View::quarantine) |
    /// | fields that a type does not have any more | they are dropped |
    /// | damage in the journal | what is before it is kept |
    /// | a journal that is gone, or another state's, or shorter than the snapshot | the snapshot is kept |
    /// | a journal that begins behind the snapshot | the snapshot, and what can be read behind the gap |
    /// | a damaged snapshot | an older one if the journal goes on from there; else its good blocks |
    ///
    /// If files were damaged, what is good is written as a new snapshot, with a new journal. The damaged
    /// journal stays where it is, and damaged snapshots are renamed; they are never deleted.
    ///
    /// Of a state that is a tenant of a shared journal the values are recovered, and no files.
    ///
    /// A damaged identity, tables that do not fit and entries that a unique index forbids are errors in this mode,
    /// too.
    Recover,
}
