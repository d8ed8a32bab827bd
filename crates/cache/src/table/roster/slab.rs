//! Items addressed by small numbers that are used again.

/// "No item".
pub(crate) const NONE: u32 = u32::MAX;

/// A vector with a list of free places. Links are numbers, not pointers, so list code is safe.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    items: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { items: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    /// Adds an item. `None` when four thousand million are in use.
    pub(crate) fn insert(&mut self, item: T) -> Option<u32> {
        if let Some(at) = self.free.pop() {
            self.items[at as usize] = Some(item);
            return Some(at);
        }
        let at = u32::try_from(self.items.len()).ok().filter(|at| *at != NONE)?;
        self.items.push(Some(item));
        Some(at)
    }

    /// Whether it can number no more.
    pub(crate) fn is_full(&self) -> bool {
        self.free.is_empty() && self.items.len() >= NONE as usize
    }

    pub(crate) fn remove(&mut self, at: u32) -> Option<T> {
        let item = self.items.get_mut(at as usize)?.take();
        if item.is_some() {
            self.free.push(at);
        }
        item
    }

    pub(crate) fn get(&self, at: u32) -> Option<&T> {
        self.items.get(at as usize)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, at: u32) -> Option<&mut T> {
        self.items.get_mut(at as usize)?.as_mut()
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len() - self.free.len()
    }

    /// Behind the last place that was ever used.
    pub(crate) fn end(&self) -> u32 {
        u32::try_from(self.items.len()).unwrap_or(NONE)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.items.iter_mut().filter_map(Option::as_mut)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..).zip(&self.items).filter_map(|(at, item)| Some((at, item.as_ref()?)))
    }
}

impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = T;
    fn index(&self, at: u32) -> &T {
        self.get(at).expect("a link of the shard leads to an item in use")
    }
}

impl<T> std::ops::IndexMut<u32> for Slab<T> {
    fn index_mut(&mut self, at: u32) -> &mut T {
        self.get_mut(at).expect("a link of the shard leads to an item in use")
    }
}
