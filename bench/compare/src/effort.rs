//! How much work one sample is.

use crate::operation::Operation;
use crate::subjects::Kind;

/// Operations between two flushes, and in an old batch; at most a quarter of the smallest cache.
pub(crate) const CHUNK: usize = 250;

/// How many operations to take in one sample.
///
/// Enough that the clocks do not matter; less where the cost grows with the entries, so that the
/// whole run ends. In age flushes with a batch it counts the batches.
pub(crate) fn operations(operation: Operation, kind: Kind, entries: u32, quick: bool) -> usize {
    let entries = entries as usize;
    let full = match operation {
        Operation::AgeIdle => 2_000,
        Operation::AgeBatch => 40,
        _ => 20_000,
    };
    let full = if quick { full / 4 } else { full };
    if !kind.grows_with_entries(operation) {
        return full;
    }
    let (work, least) = match operation {
        Operation::AgeIdle => (4_000_000, 3),
        Operation::AgeBatch => (2_000_000, 1),
        // A flush for each chunk goes through all entries.
        Operation::Overwrite if kind.flushes() => (2_000_000 * CHUNK, CHUNK),
        _ => (40_000_000, 40),
    };
    (work / entries).clamp(least, full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_grows_with_the_entries_is_done_less_often() {
        let count = |kind, entries| operations(Operation::Delete, kind, entries, false);
        assert_eq!(count(Kind::OximediaBehind, 1_000_000), 40);
        assert_eq!(count(Kind::OximediaBehind, 1_000), 20_000);
        assert_eq!(count(Kind::ForebayBehind, 1_000_000), 20_000);
    }
}
