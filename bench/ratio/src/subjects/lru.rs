//! The exact order of last use, in one piece: what most caches are held against.

use std::collections::{BTreeMap, HashMap};

use forebay_store::Result;

use super::subject::Subject;

pub(crate) struct Lru {
    entries: usize,
    /// When each was asked for last, and who was asked for then.
    times: HashMap<u64, u64>,
    keys: BTreeMap<u64, u64>,
    now: u64,
}

impl Lru {
    pub(crate) fn new(entries: usize) -> Self {
        Self { entries, times: HashMap::new(), keys: BTreeMap::new(), now: 0 }
    }

    fn touch(&mut self, key: u64) -> bool {
        self.now += 1;
        let before = self.times.insert(key, self.now);
        if let Some(before) = before {
            self.keys.remove(&before);
        }
        self.keys.insert(self.now, key);
        if self.times.len() > self.entries
            && let Some((_, oldest)) = self.keys.pop_first()
        {
            self.times.remove(&oldest);
        }
        before.is_some()
    }
}

impl Subject for Lru {
    fn ask(&mut self, keys: &[u64]) -> Result<u64> {
        Ok(keys.iter().map(|key| u64::from(self.touch(*key))).sum())
    }

    fn len(&self) -> usize {
        self.times.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_asked_for_longest_ago_goes() {
        let mut lru = Lru::new(2);
        assert_eq!(lru.ask(&[1, 2, 1, 3]).unwrap(), 1);
        assert_eq!(lru.ask(&[1]).unwrap(), 1);
        assert_eq!(lru.ask(&[2]).unwrap(), 0);
    }
}
