//! How far an import is.

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Objects that were looked at.
    pub objects: u64,
    /// Objects that there are. An import that must not keep half of them looks at each twice.
    pub total: u64,
    /// Bytes that were read.
    pub bytes: u64,
}
