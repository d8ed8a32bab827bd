//! Who stores everything that is put, and how a sample of that is taken.

use std::time::Duration;

use forebay_measure::clock::{now, pause};
use forebay_store::Result;

use crate::measured::Sample;
use crate::pair::Pair;
use crate::stopwatch::{Taken, timed, worked_by_all};
use crate::subjects::{ByHand, Forebay, Kind, Subject};

pub(crate) enum Storing<P: Pair> {
    Forebay(Forebay<P>),
    ByHand(ByHand<P>),
}

impl<P: Pair> Storing<P> {
    pub(crate) fn open(kind: Kind, entries: u32) -> Result<Self> {
        Ok(match kind {
            Kind::ByHand => Self::ByHand(ByHand::open(entries)?),
            _ => Self::Forebay(Forebay::real(entries)?),
        })
    }

    pub(crate) fn sample(&self, keys: &[P::Key]) -> Result<Sample> {
        let wanted = self.written() + keys.len() as u64;
        let (all, begun) = (worked_by_all(), now());
        let (done, mut taken) = timed(|| match self {
            Self::Forebay(forebay) => forebay.put(keys),
            Self::ByHand(by_hand) => {
                let done = by_hand.put(keys);
                by_hand.housekeep();
                done
            }
        });
        done?;
        if let Self::Forebay(forebay) = self {
            forebay.store_dirty()?;
        }
        while self.written() < wanted {
            pause(Duration::from_micros(20));
        }
        taken.wall = begun.elapsed();
        let all = worked_by_all().saturating_sub(all);
        let all = Taken { cpu: all, wall: all };
        let sample = Sample::of((taken, keys.len()));
        Ok(Sample { all: Some(Sample::of((all, keys.len())).cpu), ..sample })
    }

    fn written(&self) -> u64 {
        match self {
            Self::Forebay(forebay) => forebay.written(),
            Self::ByHand(by_hand) => by_hand.written(),
        }
    }
}
