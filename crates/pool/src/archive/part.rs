//! The folders of an archive that have blobs.

/// The folders of an archive that have blobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// Objects that were kept.
    Kept,
    /// Objects that snapshots refer to.
    Objects,
    /// Packs that snapshots refer to.
    Packs,
}

impl Part {
    pub(crate) const ALL: [Self; 3] = [Self::Kept, Self::Objects, Self::Packs];
}
