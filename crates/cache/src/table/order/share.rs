//! How much of the clean weight the small list may have.

/// It gives a little with each key that is away for too long to be taken into the main list, because
/// that is what a loop or a scan looks like, and takes a little with each that is not.
///
/// It gives a little with each entry that goes from the small list unused, too, and takes sixteen times as much with each
/// that was used there, or would have been in a larger one: where fewer are used, as in a long scan, the main list has the
/// better use of memory.
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

    /// One of so many entries was used while it was on the small list.
    pub(super) fn used(&mut self, entries: usize) {
        self.0 = self.0.saturating_add(Self::one(entries)).min(Self::MOST);
    }

    /// One has gone from it unused.
    pub(super) fn unused(&mut self, entries: usize) {
        self.0 = self.0.saturating_sub(Self::one(entries) / 16).max(Self::LEAST);
    }

    /// Whether the small list at its most would still have kept one of so many entries when this many had come in
    /// after it.
    pub(super) fn may_reach(away: u32, entries: usize) -> bool {
        (away as usize).saturating_mul((Self::WHOLE / Self::MOST) as usize) <= entries
    }

    /// Whether so much of the whole is more.
    pub(super) fn is_exceeded(&self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(Self::WHOLE) > u128::from(whole) * u128::from(self.0)
    }

    /// One of so many entries, or up to twice that: without a division, because each eviction asks.
    fn one(entries: usize) -> u32 {
        Self::WHOLE >> (entries | 1).ilog2().min(Self::WHOLE.ilog2())
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

    #[test]
    fn where_nearly_none_is_used_the_share_falls_and_a_few_that_are_bring_it_back() {
        let mut share = Share::new();
        (0..20_000).for_each(|_| share.unused(10_000));
        assert!(share.is_exceeded(11, 1000));
        let load = |share: &mut Share, unused: usize| {
            for _ in 0..5000 {
                share.used(10_000);
                (0..unused).for_each(|_| share.unused(10_000));
            }
        };
        load(&mut share, 25);
        assert!(share.is_exceeded(15, 1000), "one in 26 is too few");
        load(&mut share, 12);
        assert!(!share.is_exceeded(95, 1000));
    }
}
