//! What all pairs of a store may take.

/// What all pairs of a store may take together, and what each of them does.
///
/// ```
/// use forebay_store::{Capabilities, Quota};
///
/// let mut declared = Capabilities::default();
/// let in_pages = |key: u64, value: u64| (key + value).next_multiple_of(4096);
/// declared.quota = Some(Quota { bytes: 1 << 30, of_pair: in_pages });
/// assert_eq!(declared.quota.map(|quota| (quota.of_pair)(8, 5000)), Some(8192));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    /// So many bytes; what is put beyond is [`Busy`](crate::ErrorKind::Busy).
    pub bytes: u64,
    /// How many of them an encoded key of so many bytes takes with an encoded value of so many.
    pub of_pair: fn(key: u64, value: u64) -> u64,
}

/// By their bytes alone: two functions cannot be told apart.
impl PartialEq for Quota {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Quota {}
