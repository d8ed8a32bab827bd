//! What was counted, and when Forebay keeps up.

use std::fmt::Write;

use crate::share::Share;
use crate::subjects::Kind;
use crate::trace::Trace;

/// How often somebody had what was asked for.
#[derive(Debug)]
pub(crate) struct Ratio {
    pub(crate) kind: Kind,
    /// In hundredths, for each of the dice.
    pub(crate) hits: Vec<f64>,
}

/// A trace with room for a share of its keys.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) trace: Trace,
    pub(crate) share: Share,
    pub(crate) entries: usize,
    pub(crate) asked: usize,
    pub(crate) distinct: usize,
    pub(crate) ratios: Vec<Ratio>,
}

#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) seeds: u64,
    pub(crate) pairs: Vec<Pair>,
}

impl Ratio {
    /// The mean.
    #[expect(clippy::cast_precision_loss, reason = "there are at most a hundred")]
    pub(crate) fn mean(&self) -> f64 {
        self.hits.iter().sum::<f64>() / self.hits.len() as f64
    }

    /// How far the dice lie apart, in points.
    pub(crate) fn spread(&self) -> f64 {
        let most = self.hits.iter().copied().fold(f64::MIN, f64::max);
        most - self.hits.iter().copied().fold(f64::MAX, f64::min)
    }
}

impl Pair {
    /// Forebay may have so many points less than the best of the others.
    pub(crate) const ALLOWED: f64 = 1.0;

    pub(crate) fn find(&self, kind: Kind) -> Option<&Ratio> {
        self.ratios.iter().find(|ratio| ratio.kind == kind)
    }

    /// The best of those that Forebay is held against.
    pub(crate) fn best(&self) -> Option<&Ratio> {
        let rivals = self.ratios.iter().filter(|ratio| ratio.kind.is_rival());
        rivals.max_by(|one, other| one.mean().total_cmp(&other.mean()))
    }

    /// By how many points Forebay has more than the best of them.
    pub(crate) fn ahead(&self) -> Option<f64> {
        Some(self.find(Kind::Forebay)?.mean() - self.best()?.mean())
    }

    /// Whether that is enough.
    pub(crate) fn keeps_up(&self) -> Option<bool> {
        Some(self.ahead()? >= -Self::ALLOWED)
    }

    /// Whether it would also be enough if a hundredth of the best were allowed and not a point.
    pub(crate) fn keeps_up_strictly(&self) -> Option<bool> {
        Some(self.find(Kind::Forebay)?.mean() >= self.best()?.mean() * 0.99)
    }

    /// Whether it would be enough against everybody, those without a bound as well.
    pub(crate) fn keeps_up_with_all(&self) -> Option<bool> {
        let own = self.find(Kind::Forebay)?.mean() + Self::ALLOWED;
        Some(self.ratios.iter().all(|ratio| own >= ratio.mean()))
    }

    /// In a line, for who waits.
    pub(crate) fn brief(&self) -> String {
        let mut out = format!("{:>13} {:>2} %:", self.trace.label(), self.share.label());
        for ratio in &self.ratios {
            // Writing to a string cannot fail.
            let _ = write!(out, " {} {:.2}", ratio.kind.label(), ratio.mean());
        }
        out
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn pair(ratios: &[(Kind, f64)]) -> Pair {
        let ratio =
            |&(kind, mean): &(Kind, f64)| Ratio { kind, hits: vec![mean - 0.5, mean + 0.5] };
        let ratios = ratios.iter().map(ratio).collect();
        let (trace, share) = (Trace::Oltp, Share::FIFTH);
        Pair { trace, share, entries: 100, asked: 5000, distinct: 500, ratios }
    }

    #[test]
    fn a_point_less_than_the_best_is_enough() {
        let with = |own| pair(&[(Kind::Forebay, own), (Kind::Lru, 30.0), (Kind::Quick, 40.0)]);
        assert_eq!(with(39.25).keeps_up(), Some(true));
        assert_eq!(with(39.25).keeps_up_strictly(), Some(false));
        assert_eq!(with(38.75).keeps_up(), Some(false));
        assert!((with(41.0).ahead().unwrap() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn who_has_more_room_is_no_measure() {
        let pair = pair(&[(Kind::Forebay, 20.0), (Kind::MokaLazy, 30.0), (Kind::Moka, 20.0)]);
        assert_eq!(pair.keeps_up(), Some(true));
        assert_eq!(pair.keeps_up_with_all(), Some(false));
    }

    #[test]
    fn the_dice_lie_apart() {
        let pair = pair(&[(Kind::Forebay, 20.0)]);
        assert!((pair.ratios[0].spread() - 1.0).abs() < 1e-9);
        assert_eq!(pair.keeps_up(), None);
    }
}
