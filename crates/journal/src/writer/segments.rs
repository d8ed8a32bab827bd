//! The segments in which something is, and how long they are together.

use std::collections::VecDeque;

use crate::recovery::Extent;

/// Segments are only ever added at the end and let go of at the beginning. The sum of their lengths is kept, because a
/// cache asks for it at the end of each batch, under the lock of the tail.
#[derive(Debug)]
pub(super) struct Segments {
    /// The oldest first.
    all: VecDeque<Extent>,
    bytes: u64,
}

impl Segments {
    pub(super) fn new(all: VecDeque<Extent>) -> Self {
        let bytes = all.iter().map(|segment| segment.length).sum();
        Self { all, bytes }
    }

    /// How long they are together.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn push(&mut self, segment: Extent) {
        self.bytes += segment.length;
        self.all.push_back(segment);
    }

    /// The last segment that begins with record `needed` or one before it: all segments before that one may go. None if
    /// it is the oldest.
    pub(super) fn lowest_needed(&self, needed: u64) -> Option<&Extent> {
        self.all.iter().skip(1).take_while(|segment| segment.first <= needed).last()
    }

    /// The segments before number `lowest` are gone.
    pub(super) fn let_go_before(&mut self, lowest: u64) {
        while let Some(oldest) = self.all.front()
            && oldest.number < lowest
        {
            self.bytes -= oldest.length;
            self.all.pop_front();
        }
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_that_of_the_segments_that_are_there() {
        let segment = |number| Extent { number, first: 10 * number, length: 100 + number };
        let mut segments = Segments::new([1, 2].map(segment).into());
        assert_eq!(segments.bytes(), 203);
        segments.push(segment(3));
        segments.push(segment(4));
        assert_eq!(segments.lowest_needed(19).map(|segment| segment.number), None);
        assert_eq!(segments.lowest_needed(35).map(|segment| segment.number), Some(3));
        segments.let_go_before(3);
        assert_eq!(segments.bytes(), 207);
        segments.let_go_before(3);
        assert_eq!(segments.bytes(), 207);
    }
}
