//! What a reader found.

/// What was found when a journal was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovery {
    /// Segments that were read.
    pub segments: u64,
    /// Frames with records.
    pub frames: u64,
    /// Records.
    pub records: u64,
    /// The last record; 0 if there is none.
    pub last: u64,
    /// The journal had been closed in order.
    pub was_clean: bool,
    /// Frames that a torn tail took with it. None of their records had been made durable.
    pub dropped: u64,
    /// Records that nobody is known to have made durable, and that this owner made durable again.
    pub replaced: u64,
    /// Where the torn tail begins, if there is one: the file and the offset. There may be one without
    /// a frame that could be counted; in a file that was used before, such a tail cannot be told from
    /// what is left of the earlier use, and is not reported.
    pub torn: Option<(String, u64)>,
}
