//! Numbers for the places where scans go on.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use forebay::Cursor;
use forebay::seam::Random;
use forebay_store::sync::Mutex;

/// Where scans go on, by a number that a client can hold. The numbers are random, so that nobody
/// comes upon another's by counting; of too many the oldest are forgotten.
pub(crate) struct Cursors {
    random: Arc<dyn Random>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    places: HashMap<u64, Place>,
    /// The oldest first. Some may be forgotten already, but not more than may be kept.
    order: VecDeque<u64>,
    bytes: usize,
}

struct Place {
    cursor: Cursor,
    /// The number that led here; it is of no more use once this one was used.
    before: u64,
}

impl Cursors {
    /// How many places are kept.
    const COUNT_MAX: usize = 1024;
    /// How many bytes they may take.
    const BYTES_MAX: usize = 16 * 1024 * 1024;

    pub(crate) fn new(random: Arc<dyn Random>) -> Self {
        Self { random, kept: Mutex::default() }
    }

    /// A number for `cursor`, which was reached from the number `before`.
    pub(crate) fn keep(&self, cursor: Cursor, before: u64) -> u64 {
        let mut kept = self.kept.lock();
        // Clients may hold it as a signed number, and zero is the beginning.
        let mut id = 0;
        while id == 0 || kept.places.contains_key(&id) {
            id = self.random.next_u64() >> 1;
        }
        kept.bytes += cursor.0.len();
        kept.places.insert(id, Place { cursor, before });
        kept.order.push_back(id);
        while kept.places.len() > Self::COUNT_MAX || kept.bytes > Self::BYTES_MAX {
            let Some(oldest) = kept.order.pop_front() else { break };
            kept.forget(oldest);
        }
        // Otherwise a long scan beside a slow one would fill the order with what is of no use.
        if kept.order.len() > 2 * Self::COUNT_MAX {
            let Kept { places, order, .. } = &mut *kept;
            order.retain(|id| places.contains_key(id));
        }
        id
    }

    /// The place with this number. It can be asked for again, until a number that it led to is
    /// asked for.
    pub(crate) fn get(&self, id: u64) -> Option<Cursor> {
        let mut kept = self.kept.lock();
        let Place { cursor, before } = kept.places.get(&id)?;
        let (cursor, before) = (cursor.clone(), *before);
        kept.forget(before);
        Some(cursor)
    }
}

impl Kept {
    fn forget(&mut self, id: u64) {
        if let Some(place) = self.places.remove(&id) {
            self.bytes -= place.cursor.0.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay::seam::SystemRandom;

    fn cursors() -> Cursors {
        Cursors::new(Arc::new(SystemRandom::default()))
    }

    #[test]
    fn a_number_leads_to_its_place_again_and_again() {
        let cursors = cursors();
        let first = cursors.keep(Cursor(vec![1]), 0);
        let second = cursors.keep(Cursor(vec![2]), first);
        for _ in 0..2 {
            assert_eq!(cursors.get(first), Some(Cursor(vec![1])));
        }
        assert_eq!(cursors.get(second), Some(Cursor(vec![2])));
        assert_eq!(cursors.get(first), None);
        assert_eq!(cursors.get(0), None);
    }

    #[test]
    fn of_too_many_the_oldest_are_forgotten() {
        let cursors = cursors();
        let ids: Vec<_> =
            (0..=Cursors::COUNT_MAX).map(|_| cursors.keep(Cursor(vec![]), 0)).collect();
        assert_eq!(cursors.get(ids[0]), None);
        assert!(cursors.get(ids[1]).is_some());

        let large = cursors.keep(Cursor(vec![0; Cursors::BYTES_MAX]), 0);
        assert!(cursors.get(large).is_some());
        cursors.keep(Cursor(vec![0]), 0);
        assert_eq!(cursors.get(large), None);
    }

    #[test]
    fn a_long_scan_keeps_little() {
        let cursors = cursors();
        let mut id = cursors.keep(Cursor(vec![0; 10]), 0);
        for _ in 0..5000 {
            assert!(cursors.get(id).is_some());
            id = cursors.keep(Cursor(vec![0; 10]), id);
        }
        let kept = cursors.kept.lock();
        assert_eq!((kept.places.len(), kept.bytes), (2, 20));
        assert!(kept.order.len() <= 2 * Cursors::COUNT_MAX);
    }

    #[test]
    fn a_long_scan_does_not_push_out_a_slow_one() {
        let cursors = cursors();
        let slow = cursors.keep(Cursor(vec![7]), 0);
        let mut id = 0;
        for _ in 0..5000 {
            id = cursors.keep(Cursor(vec![]), id);
            assert!(cursors.get(id).is_some());
        }
        assert_eq!(cursors.get(slow), Some(Cursor(vec![7])));
    }
}
