//! The changes of the last transactions, as many as there is room for.

use std::collections::VecDeque;
use std::sync::Arc;

use super::behind::FellBehind;
use crate::revision::Revision;

/// How much is kept at most. The last transaction is kept whatever it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) transactions: usize,
    pub(super) operations: usize,
}

/// Changes of consecutive revisions.
#[derive(Debug)]
pub(super) struct Ring<C> {
    bounds: Bounds,
    /// The revision before the first that is kept.
    before: Revision,
    /// The changes, each with the number of its operations.
    kept: VecDeque<(Arc<C>, usize)>,
    operations: usize,
}

impl<C> Ring<C> {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { bounds, before: Revision::default(), kept: VecDeque::new(), operations: 0 }
    }

    /// The last revision that is kept, or the one after which it begins.
    pub(super) fn last(&self) -> Revision {
        Revision(self.before.0 + self.kept.len() as u64)
    }

    /// Forgets everything and begins after `revision`. What it forgets is given to `gone`.
    pub(super) fn restart(&mut self, revision: Revision, mut gone: impl FnMut(Arc<C>)) {
        self.before = revision;
        self.operations = 0;
        self.kept.drain(..).for_each(|(changes, _)| gone(changes));
    }

    /// Keeps the changes of the next revision, and gives to `gone` what there is no room for.
    pub(super) fn push(
        &mut self,
        changes: Arc<C>,
        operations: usize,
        mut gone: impl FnMut(Arc<C>),
    ) {
        self.kept.push_back((changes, operations));
        self.operations = self.operations.saturating_add(operations);
        while self.kept.len() > 1
            && (self.kept.len() > self.bounds.transactions
                || self.operations > self.bounds.operations)
        {
            let Some((oldest, count)) = self.kept.pop_front() else { return };
            self.before = self.before.next();
            self.operations -= count;
            gone(oldest);
        }
    }

    /// The changes of the revision after `seen`, if it is there already.
    pub(super) fn after(&self, seen: Revision) -> Result<Option<&Arc<C>>, FellBehind> {
        let Some(at) = seen.0.checked_sub(self.before.0) else {
            return Err(FellBehind { seen, oldest: self.before.next() });
        };
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        Ok(self.kept.get(at).map(|(changes, _)| changes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(transactions: usize, operations: usize) -> Ring<u32> {
        let mut ring = Ring::new(Bounds { transactions, operations });
        ring.restart(Revision(100), |_| {});
        ring
    }

    fn push(ring: &mut Ring<u32>, changes: u32, operations: usize) -> Vec<u32> {
        let mut gone = Vec::new();
        ring.push(Arc::new(changes), operations, |changes| gone.push(*changes));
        gone
    }

    fn after(ring: &Ring<u32>, seen: u64) -> Result<Option<u32>, FellBehind> {
        ring.after(Revision(seen)).map(|changes| changes.map(|changes| **changes))
    }

    #[test]
    fn each_revision_is_followed_by_the_next() {
        let mut ring = ring(10, 10);
        assert_eq!(after(&ring, 100), Ok(None));
        push(&mut ring, 1, 1);
        push(&mut ring, 2, 1);
        assert_eq!((after(&ring, 100), after(&ring, 101)), (Ok(Some(1)), Ok(Some(2))));
        assert_eq!((after(&ring, 102), ring.last()), (Ok(None), Revision(102)));
    }

    #[test]
    fn what_there_is_no_room_for_is_told() {
        let mut ring = ring(2, 100);
        assert!(push(&mut ring, 1, 1).is_empty() && push(&mut ring, 2, 1).is_empty());
        assert_eq!(push(&mut ring, 3, 1), [1]);
        let behind = FellBehind { seen: Revision(100), oldest: Revision(102) };
        assert_eq!((after(&ring, 100), after(&ring, 101)), (Err(behind), Ok(Some(2))));
    }

    #[test]
    fn operations_are_bounded_but_the_last_transaction_is_kept() {
        let mut ring = ring(10, 5);
        push(&mut ring, 1, 2);
        push(&mut ring, 2, 2);
        assert_eq!(push(&mut ring, 3, 2), [1]);
        assert_eq!(push(&mut ring, 4, 1000), [2, 3]);
        assert_eq!(after(&ring, 103), Ok(Some(4)));
        assert_eq!(push(&mut ring, 5, 1), [4]);
        assert!(push(&mut ring, 6, 4).is_empty());
    }
}
