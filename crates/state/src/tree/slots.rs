//! The places of a node: a vector of at most [`WIDTH`] things that lies in the node itself.

/// How many items a leaf has room for, and how many children an inner node.
pub(super) const WIDTH: usize = 64;

#[derive(Clone)]
pub(super) struct Slots<T> {
    places: [Option<T>; WIDTH],
    len: u8,
}

impl<T> Slots<T> {
    pub(super) fn new() -> Self {
        Self { places: [const { None }; WIDTH], len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// The same, as sizes are counted.
    pub(super) fn count(&self) -> u32 {
        u32::from(self.len)
    }

    pub(super) fn is_full(&self) -> bool {
        self.len() == WIDTH
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<&T> {
        self.places.get(at)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        self.places.get_mut(at)?.as_mut()
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.places[..self.len()].iter().flatten()
    }

    /// Puts `value` behind the last one. There must be room.
    pub(super) fn push(&mut self, value: T) {
        self.places[self.len()] = Some(value);
        self.len += 1;
    }

    /// Puts `value` at `at` and moves what is behind it. There must be room.
    pub(super) fn insert(&mut self, at: usize, value: T) {
        let len = self.len();
        self.places[at..=len].rotate_right(1);
        self.places[at] = Some(value);
        self.len += 1;
    }

    /// Takes out what is at `at`, if anything is there, and moves what is behind it.
    pub(super) fn remove(&mut self, at: usize) -> Option<T> {
        let removed = self.places.get_mut(at)?.take()?;
        let len = self.len();
        self.places[at..len].rotate_left(1);
        self.len -= 1;
        Some(removed)
    }

    /// Takes out all from `cut` on.
    pub(super) fn split_off(&mut self, cut: usize) -> Self {
        let mut right = Self::new();
        for place in &mut self.places[cut..] {
            if let Some(value) = place.take() {
                right.push(value);
                self.len -= 1;
            }
        }
        right
    }

    pub(super) fn into_iter(self) -> impl Iterator<Item = T> {
        self.places.into_iter().flatten()
    }
}

impl<T> FromIterator<T> for Slots<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut slots = Self::new();
        values.into_iter().for_each(|value| slots.push(value));
        slots
    }
}
