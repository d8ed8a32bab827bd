//! What is in a medium.

/// What is in a medium.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bytes that it takes where it is.
    pub bytes: u64,
    /// The most that it may take, if there is a bound.
    pub quota: Option<u64>,
    /// Blobs that are there.
    pub blobs: u64,
    /// Places that were given back and are not free yet.
    pub pending_frees: u64,
    /// Places that could not be freed.
    pub failed_frees: u64,
    /// The usage of each directory or tier, if the medium has several.
    pub parts: Vec<PartUsage>,
}

/// Whether so many bytes are almost as many as may be.
pub(super) fn is_tight(bytes: u64, quota: Option<u64>) -> bool {
    /// What is less than this share of the quota is little.
    const RESERVE: u64 = 5;
    quota.is_some_and(|quota| bytes > quota - quota / RESERVE)
}

impl Usage {
    /// Whether it, or a part of it, is almost as full as it may be.
    pub(super) fn is_tight(&self) -> bool {
        let mut parts = self.parts.iter();
        is_tight(self.bytes, self.quota) || parts.any(|part| is_tight(part.bytes, part.quota))
    }
}

/// What is in a part of a medium.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartUsage {
    /// Which.
    pub name: String,
    /// Bytes that it takes.
    pub bytes: u64,
    /// The most that it may take, if there is a bound.
    pub quota: Option<u64>,
    /// Blobs that are there.
    pub blobs: u64,
    /// It is left alone for a while after failures.
    pub is_left: bool,
}
