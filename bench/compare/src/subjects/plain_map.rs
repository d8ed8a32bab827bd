//! A map and a queue: no cache, no store, no lock. How its cost grows is how memory slows down
//! when less of it fits the processor's own; nobody can be expected to do better.

use std::collections::{HashMap, VecDeque};

use forebay_store::Result;

use super::subject::Subject;

pub(crate) struct PlainMap {
    map: HashMap<u64, u64, foldhash::fast::RandomState>,
    /// The keys in the order of insertion, as long as none was deleted.
    order: VecDeque<u64>,
    capacity: usize,
}

impl PlainMap {
    pub(crate) fn new(entries: usize) -> Self {
        Self { map: HashMap::default(), order: VecDeque::new(), capacity: entries }
    }
}

impl Subject for PlainMap {
    fn put(&mut self, keys: &[u64]) -> Result<()> {
        for key in keys {
            if self.map.insert(*key, *key).is_none() {
                self.order.push_back(*key);
                if self.map.len() > self.capacity
                    && let Some(oldest) = self.order.pop_front()
                {
                    self.map.remove(&oldest);
                }
            }
        }
        Ok(())
    }

    fn delete(&mut self, keys: &[u64]) -> Result<()> {
        for key in keys {
            self.map.remove(key);
        }
        Ok(())
    }

    fn get(&mut self, keys: &[u64]) -> Result<usize> {
        Ok(keys.iter().filter(|key| self.map.get(key) == Some(*key)).count())
    }

    fn len(&self) -> usize {
        self.map.len()
    }
}
