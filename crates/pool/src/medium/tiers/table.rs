//! Where the blobs are that were written to the fast tier.

use std::collections::{BTreeMap, HashMap};

use crate::medium::Place;

/// Where the blobs are that were written to the fast tier, by their numbers. No step of it calls anybody;
/// what a step leaves to be freed it gives back.
#[derive(Debug)]
pub(super) struct Table {
    blobs: HashMap<u64, Entry>,
    /// Those that may move, by when they were used last.
    by_use: BTreeMap<u64, u64>,
    /// Numbers and uses are counted in one row.
    last: u64,
    /// Those that are being written.
    coming: usize,
    most: usize,
}

/// A blob that has a number: its state is that of the module's table.
#[derive(Debug)]
struct Entry {
    fast: Option<Place>,
    slow: Option<Lower>,
    /// Where the payload begins, as its writer knows it.
    offset: u32,
    /// Readings from the fast tier.
    readings: u32,
    used: u64,
    is_moving: bool,
    /// An archive may have given its file a name.
    is_linked: bool,
}

/// A blob in the slow tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lower {
    pub(super) place: Place,
    /// Where its payload begins there.
    pub(super) offset: u32,
}

/// Where a blob is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// The table counts it, so it must be [left](Table::leave).
    Fast(Place),
    /// Its payload begins at the first offset for who reads it.
    Slow(u32, Lower),
}

/// A blob that is to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Picked {
    pub(super) number: u64,
    pub(super) place: Place,
    pub(super) offset: u32,
}

/// Places that nobody needs any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "they are to be freed"]
pub(super) struct Unneeded {
    pub(super) fast: Option<Place>,
    pub(super) slow: Option<Place>,
}

impl Table {
    /// What a blob takes in it. A test measures it.
    pub(super) const NUMBER_BYTES: u64 = 320;

    pub(super) fn new(most: usize) -> Self {
        Self { blobs: HashMap::new(), by_use: BTreeMap::new(), last: 0, coming: 0, most }
    }

    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// A blob comes, if there is a number for it.
    pub(super) fn announce(&mut self) -> bool {
        let is_free = self.blobs.len() + self.coming < self.most;
        self.coming += usize::from(is_free);
        is_free
    }

    /// It does not come.
    pub(super) fn forget(&mut self) {
        self.coming -= 1;
    }

    /// It has come. Its number is never another one's.
    pub(super) fn enter(&mut self, place: Place, offset: u32) -> u64 {
        self.coming -= 1;
        let number = self.next();
        let (fast, slow) = (Some(place), None);
        let (is_moving, is_linked) = (false, false);
        let used = number;
        let entry = Entry { fast, slow, offset, readings: 0, used, is_moving, is_linked };
        self.blobs.insert(number, entry);
        self.by_use.insert(used, number);
        number
    }

    /// Somebody begins to read it.
    pub(super) fn look(&mut self, number: u64) -> Option<Spot> {
        let now = self.next();
        let entry = self.blobs.get_mut(&number)?;
        if let Some(lower) = entry.slow {
            return Some(Spot::Slow(entry.offset, lower));
        }
        entry.readings += 1;
        if self.by_use.remove(&entry.used).is_some() {
            self.by_use.insert(now, number);
        }
        entry.used = now;
        entry.fast.map(Spot::Fast)
    }

    /// Where it is now: in the slow tier, or else in the fast one. Nobody begins to read it.
    pub(super) fn place(&self, number: u64) -> Option<Result<Place, Place>> {
        let entry = self.blobs.get(&number)?;
        entry.slow.map(|lower| Ok(lower.place)).or_else(|| entry.fast.map(Err))
    }

    /// A reading from the fast tier has ended.
    pub(super) fn leave(&mut self, number: u64) -> Unneeded {
        let Some(entry) = self.blobs.get_mut(&number) else { return Unneeded::default() };
        entry.readings -= 1;
        let is_over = entry.readings == 0 && entry.slow.is_some();
        Unneeded { fast: if is_over { entry.fast.take() } else { None }, slow: None }
    }

    /// Somebody asks for its file, to name it: from now on it stays where it is.
    pub(super) fn link(&mut self, number: u64) -> Option<Spot> {
        let spot = self.look(number)?;
        if let (Spot::Fast(_), Some(entry)) = (spot, self.blobs.get_mut(&number)) {
            entry.is_linked = true;
            self.by_use.remove(&entry.used);
        }
        Some(spot)
    }

    /// It has no such file.
    pub(super) fn unlink(&mut self, number: u64) {
        let Some(entry) = self.blobs.get_mut(&number) else { return };
        entry.is_linked = false;
        if entry.slow.is_none() && !entry.is_moving {
            self.by_use.insert(entry.used, number);
        }
    }

    /// Whether there is one that may move.
    pub(super) fn has_movable(&self) -> bool {
        !self.by_use.is_empty()
    }

    /// The coldest that nobody reads. Whoever gets it says how it [ended](Self::moved).
    pub(super) fn pick(&mut self) -> Option<Picked> {
        let blobs = &self.blobs;
        let is_unread = |number: &u64| blobs.get(number).is_some_and(|entry| entry.readings == 0);
        let (used, number) = self.by_use.iter().find(|(_, number)| is_unread(number))?;
        let (used, number) = (*used, *number);
        self.by_use.remove(&used);
        let entry = self.blobs.get_mut(&number)?;
        entry.is_moving = true;
        Some(Picked { number, place: entry.fast?, offset: entry.offset })
    }

    /// It was copied.
    pub(super) fn moved(&mut self, picked: Picked, lower: Lower) -> Unneeded {
        let (fast, slow) = (Some(picked.place), Some(lower.place));
        let Some(entry) = self.blobs.get_mut(&picked.number) else {
            return Unneeded { fast, slow };
        };
        entry.is_moving = false;
        if entry.is_linked {
            return Unneeded { fast: None, slow };
        }
        entry.slow = Some(lower);
        let is_unread = entry.readings == 0;
        Unneeded { fast: if is_unread { entry.fast.take() } else { None }, slow: None }
    }

    /// It could not be copied, and may be picked again when all others were, or not at all.
    pub(super) fn stayed(&mut self, picked: Picked, is_for_good: bool) -> Unneeded {
        let now = self.next();
        let Some(entry) = self.blobs.get_mut(&picked.number) else {
            return Unneeded { fast: Some(picked.place), slow: None };
        };
        entry.is_moving = false;
        if !is_for_good && !entry.is_linked {
            // As the coldest it would be in the way of all others.
            entry.used = now;
            self.by_use.insert(now, picked.number);
        }
        Unneeded::default()
    }

    /// It is given back. One that is being copied is left to who copies it.
    pub(super) fn free(&mut self, number: u64) -> Option<Unneeded> {
        let entry = self.blobs.remove(&number)?;
        self.by_use.remove(&entry.used);
        let fast = entry.fast.filter(|_| !entry.is_moving);
        Some(Unneeded { fast, slow: entry.slow.map(|lower| lower.place) })
    }
}
