//! Everybody who is asked, by name.

use forebay_store::Result;
use foyer_memory::{LfuConfig, LruConfig, S3FifoConfig, SieveConfig};

use super::forebay::Forebay;
use super::foyer::Foyer;
use super::lru::Lru;
use super::moka::Moka;
use super::quick::Quick;
use super::subject::Subject;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Forebay,
    Lru,
    Quick,
    Moka,
    MokaLazy,
    FoyerLru,
    FoyerS3Fifo,
    FoyerLfu,
    FoyerSieve,
}

impl Kind {
    pub(crate) const ALL: [Self; 9] = [
        Self::Forebay,
        Self::Lru,
        Self::Quick,
        Self::Moka,
        Self::MokaLazy,
        Self::FoyerLru,
        Self::FoyerS3Fifo,
        Self::FoyerLfu,
        Self::FoyerSieve,
    ];

    /// On the command line, in the CSV and in the picture.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Forebay => "forebay",
            Self::Lru => "lru",
            Self::Quick => "quick_cache",
            Self::Moka => "moka",
            Self::MokaLazy => "moka-lazy",
            Self::FoyerLru => "foyer-lru",
            Self::FoyerS3Fifo => "foyer-s3fifo",
            Self::FoyerLfu => "foyer-lfu",
            Self::FoyerSieve => "foyer-sieve",
        }
    }

    /// In the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Forebay => "Forebay",
            Self::Lru => "LRU, exact",
            Self::Quick => "quick_cache 0.7.0",
            Self::Moka => "moka 0.12.16",
            Self::MokaLazy => "moka 0.12.16, late",
            Self::FoyerLru => "foyer-memory 0.22.6, LRU",
            Self::FoyerS3Fifo => "foyer-memory 0.22.6, S3-FIFO",
            Self::FoyerLfu => "foyer-memory 0.22.6, LFU",
            Self::FoyerSieve => "foyer-memory 0.22.6, SIEVE",
        }
    }

    /// Whether Forebay is held against it.
    pub(crate) fn is_rival(self) -> bool {
        // Who has more entries than the others have room for is no measure.
        self != Self::Forebay && self.keeps_its_bound()
    }

    /// Whether it throws dice, so that another seed is another count.
    pub(crate) fn throws_dice(self) -> bool {
        self != Self::Lru
    }

    /// Whether it never has more entries than there is room for.
    pub(crate) fn keeps_its_bound(self) -> bool {
        self != Self::MokaLazy
    }

    pub(crate) fn open(self, entries: usize, seed: u64) -> Result<Box<dyn Subject>> {
        Ok(match self {
            Self::Forebay => Box::new(Forebay::open(entries, seed)?),
            Self::Lru => Box::new(Lru::new(entries)),
            Self::Quick => Box::new(Quick::new(entries, seed)),
            Self::Moka => Box::new(Moka::prompt(entries, seed)),
            Self::MokaLazy => Box::new(Moka::late(entries, seed)),
            Self::FoyerLru => Box::new(Foyer::new(entries, LruConfig::default(), seed)),
            Self::FoyerS3Fifo => Box::new(Foyer::new(entries, S3FifoConfig::default(), seed)),
            Self::FoyerLfu => Box::new(Foyer::new(entries, LfuConfig::default(), seed)),
            Self::FoyerSieve => Box::new(Foyer::new(entries, SieveConfig, seed)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_in_the_names_are_the_locked_ones() {
        let lock = include_str!("../../Cargo.lock");
        for kind in Kind::ALL {
            let plain = kind.name().replace(',', "");
            let mut words = plain.split_whitespace();
            let (Some(name), Some(version)) = (words.next(), words.next()) else { continue };
            if version.starts_with(|first: char| first.is_ascii_digit()) {
                let locked = format!("name = \"{name}\"\nversion = \"{version}\"");
                assert!(lock.contains(&locked), "{name} {version} is not what is locked");
            }
        }
    }

    #[test]
    fn everybody_has_what_was_asked_for_a_moment_ago() {
        for kind in Kind::ALL {
            let mut subject = kind.open(1024, 1).unwrap();
            let keys: Vec<u64> = (0..64).collect();
            assert_eq!(subject.ask(&keys).unwrap(), 0, "{kind:?} knew what nobody told it");
            assert_eq!(subject.ask(&keys).unwrap(), 64, "{kind:?}");
        }
    }

    #[test]
    fn nobody_has_more_than_there_is_room_for() {
        for kind in Kind::ALL.into_iter().filter(|kind| kind.keeps_its_bound()) {
            let mut subject = kind.open(100, 1).unwrap();
            let keys: Vec<u64> = (0..10_000).map(|at| at * at % 1013).collect();
            subject.ask(&keys).unwrap();
            assert!((32..=100).contains(&subject.len()), "{kind:?} has {}", subject.len());
        }
    }
}
