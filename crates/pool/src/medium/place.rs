//! Where a blob is in its medium.

/// Where a blob is in its medium: numbers that only the medium understands, but for `length`, which is
/// all that it takes from the head's first byte to the payload's last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// A directory, a tier, a table.
    pub part: u32,
    /// A file, a key.
    pub file: u64,
    /// Where in the file.
    pub at: u64,
    /// From the head's first byte to the payload's last.
    pub length: u64,
}
