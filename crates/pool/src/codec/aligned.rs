//! Bytes that begin at a multiple of 16.

/// Bytes that begin at a multiple of 16.
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

    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.length]
    }

    /// The bytes, to be written to.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut bytemuck::cast_slice_mut(&mut self.words)[..self.length]
    }
}
