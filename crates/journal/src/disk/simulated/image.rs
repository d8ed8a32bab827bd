//! The bytes of a file in one of its images.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// What a device writes at once.
pub(super) const SECTOR: usize = 512;
/// What a file system, and many a device inside, writes at once.
pub(super) const BLOCK: usize = 4096;

/// Bytes in blocks, which images share until one of them changes; a block that is not there is
/// zero. So a copy of a whole disk costs little.
#[derive(Clone, Debug, Default)]
pub(super) struct Image {
    blocks: BTreeMap<u64, Arc<[u8; BLOCK]>>,
    length: u64,
}

impl Image {
    pub(super) fn len(&self) -> u64 {
        self.length
    }

    /// Makes it as long as `length` if it is shorter.
    pub(super) fn grow(&mut self, length: u64) {
        self.length = self.length.max(length);
    }

    /// Makes it `length` long. What was beyond is zero if it is ever grown again.
    pub(super) fn set_len(&mut self, length: u64) {
        self.length = length;
        let (last, within) = place(length);
        self.blocks.split_off(&(if within == 0 { last } else { last + 1 }));
        if let Some(block) = self.blocks.get_mut(&last) {
            Arc::make_mut(block)[within..].fill(0);
        }
    }

    /// Reads up to the end, and says how many bytes there were.
    pub(super) fn read(&self, bytes: &mut [u8], offset: u64) -> usize {
        let there = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = there.min(bytes.len());
        self.get(&mut bytes[..count], offset);
        count
    }

    /// Reads without regard to the length.
    pub(super) fn get(&self, bytes: &mut [u8], offset: u64) {
        for (number, inside, outside) in pieces(offset, bytes.len()) {
            match self.blocks.get(&number) {
                Some(block) => bytes[outside].copy_from_slice(&block[inside]),
                None => bytes[outside].fill(0),
            }
        }
    }

    /// Writes without regard to the length.
    pub(super) fn put(&mut self, bytes: &[u8], offset: u64) {
        for (number, inside, outside) in pieces(offset, bytes.len()) {
            let block = self.blocks.entry(number).or_insert_with(|| Arc::new([0; BLOCK]));
            Arc::make_mut(block)[inside].copy_from_slice(&bytes[outside]);
        }
    }

    /// All of it, up to the end.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(self.length).unwrap_or(usize::MAX)];
        self.get(&mut bytes, 0);
        bytes
    }

    /// Takes every block over from `other`, except those in `kept`. The length stays.
    pub(super) fn take_blocks(&mut self, other: &Self, kept: &BTreeSet<u64>) {
        let mut blocks = other.blocks.clone();
        for number in kept {
            match self.blocks.remove(number) {
                Some(block) => blocks.insert(*number, block),
                None => blocks.remove(number),
            };
        }
        self.blocks = blocks;
    }
}

/// The number of the block that holds the byte at `offset`, and where in it.
fn place(offset: u64) -> (u64, usize) {
    let within = usize::try_from(offset % BLOCK as u64).expect("it is below the block size");
    (offset / BLOCK as u64, within)
}

/// What `count` bytes at `offset` are made of: block, bytes within it, bytes of the whole.
fn pieces(offset: u64, count: usize) -> impl Iterator<Item = (u64, Range<usize>, Range<usize>)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let (number, within) = place(offset + done as u64);
        let size = (BLOCK - within).min(count - done);
        let outside = done..done + size;
        done += size;
        (size > 0).then_some((number, within..within + size, outside))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_across_blocks_come_back_and_holes_are_zero() {
        let mut image = Image::default();
        let bytes: Vec<u8> = (0..=255).cycle().take(BLOCK + 700).collect();
        image.put(&bytes, BLOCK as u64 - 100);
        image.grow(3 * BLOCK as u64);
        let mut expected = vec![0; 3 * BLOCK];
        expected[BLOCK - 100..2 * BLOCK + 600].copy_from_slice(&bytes);
        assert_eq!(image.bytes(), expected);
    }

    #[test]
    fn what_was_cut_off_is_zero_when_it_grows_again() {
        for length in [0, 1, 4095, 4096, 4097, 8192] {
            let mut image = Image::default();
            image.put(&[7; 2 * BLOCK], 0);
            image.set_len(length);
            image.grow(2 * BLOCK as u64);
            let bytes = image.bytes();
            let (kept, cut) = bytes.split_at(usize::try_from(length).unwrap());
            assert!(kept.iter().all(|byte| *byte == 7) && cut.iter().all(|byte| *byte == 0));
        }
    }
}
