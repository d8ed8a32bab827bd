//! Items addressed by small numbers that are used again.

use std::mem::forget;

use forebay_fetch::fetch;

/// "No item".
pub(crate) const NONE: u32 = u32::MAX;

/// A vector with a list of free places. Links are numbers, not pointers, so list code is safe.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    blocks: Vec<Block<T>>,
    /// Places that were ever used.
    end: u32,
    free: Vec<u32>,
}

/// Eight places, which fill whole lines of the processor's cache whatever their size: so one that is a line
/// long never lies across two.
#[derive(Debug)]
#[repr(align(64))]
struct Block<T>([Option<T>; PLACES]);

const PLACES: usize = 8;

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { blocks: Vec::new(), end: 0, free: Vec::new() }
    }
}

impl<T> Slab<T> {
    /// Adds an item that is made for its number. `None` when four thousand million are in use.
    ///
    /// Nothing that may panic comes between making the item and putting it in its place, so the compiler makes it
    /// there: moving what was just written is slow.
    #[inline]
    pub(crate) fn insert(&mut self, make: impl FnOnce(u32) -> T) -> Option<u32> {
        let at = match self.free.pop() {
            Some(at) => at,
            None => self.grow()?,
        };
        let place = self.place(at)?;
        debug_assert!(place.is_none(), "a free place is empty");
        // It holds nothing, so nothing is lost. Whoever looks whether it does waits for its line.
        forget(place.replace(make(at)));
        Some(at)
    }

    /// One place more.
    #[cold]
    fn grow(&mut self) -> Option<u32> {
        let at = self.end;
        if at == NONE {
            return None;
        }
        if at as usize / PLACES == self.blocks.len() {
            self.blocks.push(Block([const { None }; PLACES]));
        }
        self.end += 1;
        Some(at)
    }

    #[inline]
    fn place(&mut self, at: u32) -> Option<&mut Option<T>> {
        let block = self.blocks.get_mut(at as usize / PLACES)?;
        Some(&mut block.0[at as usize % PLACES])
    }

    /// Whether it can number no more.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.free.is_empty() && self.end == NONE
    }

    #[inline]
    pub(crate) fn remove(&mut self, at: u32) -> Option<T> {
        let item = self.place(at)?.take();
        if item.is_some() {
            self.free.push(at);
        }
        item
    }

    /// Removes an item that nobody wants any more.
    #[inline]
    pub(crate) fn discard(&mut self, at: u32) {
        if let Some(place @ Some(_)) = self.place(at) {
            *place = None;
            self.free.push(at);
        }
    }

    /// Has a place fetched.
    #[inline]
    pub(crate) fn foresee(&self, at: u32) {
        if let Some(block) = self.blocks.get(at as usize / PLACES) {
            fetch(&block.0[at as usize % PLACES]);
        }
    }

    #[inline]
    pub(crate) fn get(&self, at: u32) -> Option<&T> {
        self.blocks.get(at as usize / PLACES)?.0[at as usize % PLACES].as_ref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, at: u32) -> Option<&mut T> {
        self.place(at)?.as_mut()
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.end as usize - self.free.len()
    }

    /// Behind the last place that was ever used.
    pub(crate) fn end(&self) -> u32 {
        self.end
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.blocks.iter_mut().flat_map(|block| &mut block.0).filter_map(Option::as_mut)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        let items = self.blocks.iter().flat_map(|block| &block.0);
        (0..).zip(items).filter_map(|(at, item)| Some((at, item.as_ref()?)))
    }
}

impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = T;
    #[inline]
    fn index(&self, at: u32) -> &T {
        self.get(at).expect("a link of the shard leads to an item in use")
    }
}

impl<T> std::ops::IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, at: u32) -> &mut T {
        self.get_mut(at).expect("a link of the shard leads to an item in use")
    }
}

#[cfg(test)]
mod tests {
    use super::Slab;

    #[test]
    fn what_is_a_line_long_never_lies_across_two() {
        let mut slab = Slab::<[u64; 7]>::default();
        for item in 0..100 {
            let at = slab.insert(|_| [item; 7]).unwrap();
            let begin = std::ptr::from_ref(&slab[at]).addr() % 64;
            assert!(begin + size_of::<[u64; 7]>() <= 64, "{begin}");
        }
    }

    #[test]
    fn a_place_is_used_again_before_there_is_another() {
        let mut slab = Slab::default();
        let all: Vec<u32> = (0..20).map(|item| slab.insert(|_| item).unwrap()).collect();
        assert_eq!(slab.remove(all[3]), Some(3));
        slab.discard(all[17]);
        slab.discard(all[17]);
        assert_eq!((slab.len(), slab.get(all[3]), slab.get(all[17])), (18, None, None));
        let again = [30, 31, 32].map(|item| slab.insert(|_| item).unwrap());
        assert_eq!((again, slab.len(), slab.end()), ([all[17], all[3], 20], 21, 21));
        assert_eq!(slab.iter().filter(|(_, item)| **item >= 30).count(), 3);
    }
}
