//! What an entry takes of memory, in a process of its own.

use forebay_measure::{Spread, child, memory, told};
use forebay_store::{Error, Result};

use crate::keys::Keys;
use crate::pair::{Numbers, Pair, Shape, Words};
use crate::subjects::{Kind, Room};

/// The bytes of an entry, one number a process.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) shape: Shape,
    pub(crate) kind: Kind,
    pub(crate) each: Vec<f64>,
}

impl Held {
    pub(crate) fn bytes(&self) -> Spread {
        Spread::of(self.each.clone())
    }
}

/// A process that fills a memory once.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Child {
    kind: Kind,
    shape: Shape,
    entries: u32,
}

impl Child {
    /// Who is asked.
    pub(crate) const KINDS: [Kind; 5] =
        [Kind::Forebay, Kind::Quick, Kind::Moka, Kind::FoyerLru, Kind::FoyerS3];

    pub(crate) fn new(kind: Kind, shape: Shape, entries: u32) -> Self {
        Self { kind, shape, entries }
    }

    /// As the parent has written it.
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Option<Self> {
        let (kind, shape) = (given.next()?, given.next()?);
        let kind = Self::KINDS.into_iter().find(|known| known.label() == kind)?;
        let shape = Shape::ALL.into_iter().find(|known| known.label() == shape)?;
        Some(Self { kind, shape, entries: given.next()?.parse().ok()? })
    }

    /// Starts it, and says how many bytes an entry has taken.
    pub(crate) fn told(&self) -> Result<f64> {
        let failed =
            |error| Error::unavailable("measure in a process of its own").with_source(error);
        let words = [self.kind.label(), self.shape.label(), &self.entries.to_string()];
        let said =
            child(words).and_then(|mut child| told(&mut child, &mut |_| {})).map_err(failed)?;
        said.trim().parse().map_err(|_| Error::invalid(format!("{said:?} is no number of bytes")))
    }

    /// What the parent is to read.
    pub(crate) fn run(&self) -> Result<String> {
        match self.shape {
            Shape::Numbers => self.fill(Numbers),
            Shape::Words => self.fill(Words),
        }
    }

    /// Fills a memory, and puts half as many new keys again into it, so that others leave.
    fn fill<P: Pair>(&self, pair: P) -> Result<String> {
        const PIECE: usize = 1000;
        let mut keys = Keys::new(1, pair);
        // What everybody needs first: the allocator's own, threads, the pages of this program.
        drop(self.kind.open::<P>(1000, Room::Full)?);
        let before = resident()?;
        let subject = self.kind.open::<P>(self.entries, Room::Full)?;
        for _ in 0..self.entries as usize * 3 / 2 / PIECE {
            subject.put(&keys.fresh(PIECE))?;
            subject.store_dirty()?;
        }
        subject.housekeep();
        let taken = resident()?.saturating_sub(before);
        let len = subject.len().max(1);
        let number = |count: u64| u32::try_from(count / 1024).map_or(f64::INFINITY, f64::from);
        let entries = u32::try_from(len).map_or(f64::INFINITY, f64::from);
        Ok(format!("{}", number(taken) * 1024.0 / entries))
    }
}

fn resident() -> Result<u64> {
    memory::resident().ok_or_else(|| Error::unsupported("the system does not tell its memory"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_told_what_its_parent_wants() {
        let given = ["quick_cache", "words", "5000"].map(str::to_owned);
        let child = Child::new(Kind::Quick, Shape::Words, 5000);
        assert_eq!(Child::parse(given.into_iter()), Some(child));
        assert_eq!(Child::parse(["moka".to_owned()].into_iter()), None);
    }

    #[test]
    fn a_full_memory_of_words_takes_more_than_the_words() {
        let said = Child::new(Kind::Forebay, Shape::Words, 20_000).run().unwrap();
        let bytes: f64 = said.parse().unwrap();
        assert!((121.0..1000.0).contains(&bytes), "{bytes}");
    }
}
