//! How long an opening took, and the memory for it.

use forebay_measure::{Spread, paired};

use super::whole::From;
use crate::subjects::Kind;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    pub(crate) seconds: f64,
    /// Bytes; the most that the process had.
    pub(crate) peak: f64,
    /// Bytes; what it had when everything was there.
    pub(crate) resident: f64,
}

/// The openings of one subject.
#[derive(Debug)]
pub(crate) struct Openings {
    pub(crate) kind: Kind,
    pub(crate) from: From,
    pub(crate) records: usize,
    /// Bytes on disk.
    pub(crate) disk: u64,
    pub(crate) rounds: Vec<Opening>,
}

impl Openings {
    pub(crate) fn spread(&self, of: impl Fn(&Opening) -> f64) -> Spread {
        Spread::of(self.rounds.iter().map(of).collect())
    }

    /// How many times as fast as `other` this is: the median of the ratios of the rounds.
    pub(crate) fn times_as_fast_as(&self, other: &Self) -> f64 {
        let rounds = self.rounds.iter().zip(&other.rounds);
        paired(rounds.map(|(this, other)| (other.seconds, this.seconds)))
    }
}
