//! Bytes that begin at a multiple of 16.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use forebay_store::{Error, Result};

/// Bytes that begin at a multiple of 16, so that numbers of any size can be read where they are.
///
/// ```
/// use forebay_pool::Aligned;
///
/// let mut bytes = Aligned::zeroed(20);
/// bytes[19] = 7;
/// assert_eq!(bytes.len(), 20);
/// assert_eq!(bytes.as_ptr().align_offset(16), 0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Aligned {
    words: Vec<u128>,
    length: usize,
}

impl Aligned {
    /// So many zeros.
    pub fn zeroed(length: usize) -> Self {
        Self { words: bytemuck::zeroed_vec(length.div_ceil(16)), length }
    }

    /// So many zeros, or `Busy` if there is no memory for them.
    pub fn try_zeroed(length: usize) -> Result<Self> {
        Ok(Self { words: try_zeroed_vec(length.div_ceil(16))?, length })
    }

    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.length]
    }

    /// The bytes, to be written to.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut bytemuck::cast_slice_mut(&mut self.words)[..self.length]
    }

    /// Them as numbers, the last one filled up with zeros.
    #[cfg(feature = "arrow")]
    pub(super) fn into_words(self) -> Vec<i128> {
        bytemuck::cast_vec(self.words)
    }

    /// What they take on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.words.capacity() * size_of::<u128>()
    }
}

impl Deref for Aligned {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [u8] {
        self.as_mut_slice()
    }
}

impl From<&[u8]> for Aligned {
    fn from(bytes: &[u8]) -> Self {
        let mut aligned = Self::zeroed(bytes.len());
        aligned.copy_from_slice(bytes);
        aligned
    }
}

/// Zeros, or `Busy` if there is no memory for them: lengths come from devices, and to abort is
/// no answer to a wrong one.
pub(super) fn try_zeroed_vec<P: bytemuck::Zeroable>(length: usize) -> Result<Vec<P>> {
    bytemuck::try_zeroed_vec(length).map_err(|()| {
        let bytes = length.saturating_mul(size_of::<P>());
        let message = format!("there is no memory for the {bytes} bytes of a value");
        Error::busy(message, Duration::from_secs(1))
    })
}
