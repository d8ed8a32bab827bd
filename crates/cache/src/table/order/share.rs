//! How much of the clean weight the small list may have.

/// It gives a little with each key that is away for too long to be taken into the main list, because
/// that is what a loop or a scan looks like, and takes a little with each that is not.
#[derive(Debug)]
pub(super) struct Share(u32);

impl Share {
    /// Parts of the whole.
    const WHOLE: u32 = 1 << 30;
    const MOST: u32 = Self::WHOLE / 10;
    const LEAST: u32 = Self::WHOLE / 100;

    pub(super) fn new() -> Self {
        Self(Self::MOST)
    }

    /// A quarter of one of so many entries more.
    pub(super) fn grow(&mut self, entries: usize) {
        self.0 = self.0.saturating_add(Self::step(entries)).min(Self::MOST);
    }

    /// A quarter of one less.
    pub(super) fn shrink(&mut self, entries: usize) {
        self.0 = self.0.saturating_sub(Self::step(entries)).max(Self::LEAST);
    }

    /// Whether so much of the whole is more.
    pub(super) fn is_exceeded(&self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(Self::WHOLE) > u128::from(whole) * u128::from(self.0)
    }

    fn step(entries: usize) -> u32 {
        u32::try_from((Self::WHOLE as usize / 4) / entries.max(1)).unwrap_or(Self::WHOLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_stays_between_a_hundredth_and_a_tenth() {
        let mut share = Share::new();
        assert!(share.is_exceeded(101, 1000) && !share.is_exceeded(100, 1001));
        (0..10_000).for_each(|_| share.shrink(100));
        assert!(share.is_exceeded(11, 1000) && !share.is_exceeded(10, 1001));
        (0..10_000).for_each(|_| share.grow(100));
        assert!(!share.is_exceeded(100, 1001));
    }
}
