//! One thing that is aimed at.

use forebay_measure::quantity::{exact, ratio, time};

/// What is compared with whom, the bound, and what was measured.
#[derive(Debug)]
pub(super) struct Target {
    /// The kind of work: targets of one kind stand together.
    pub(super) part: &'static str,
    /// Which of it.
    pub(super) what: String,
    /// How Forebay does it.
    pub(super) own: &'static str,
    /// Whose work it is held against.
    pub(super) against: &'static str,
    pub(super) bound: Bound,
    pub(super) found: f64,
    /// How many times as good as etchdb's it is.
    pub(super) times: f64,
}

/// What is to be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bound {
    /// At least so many times as fast.
    Times(f64),
    /// At most so many seconds.
    Seconds(f64),
    /// At most so many times as much.
    Share(f64),
}

impl Target {
    pub(super) fn is_met(&self) -> bool {
        match self.bound {
            Bound::Times(bound) => self.found >= bound,
            Bound::Seconds(bound) | Bound::Share(bound) => self.found <= bound,
        }
    }

    /// What is measured, as people read it.
    pub(super) fn found(&self) -> String {
        match self.bound {
            Bound::Times(_) | Bound::Share(_) => exact(self.found),
            Bound::Seconds(_) => time(self.found * 1e9),
        }
    }
}

impl Bound {
    pub(super) fn text(self) -> String {
        match self {
            Self::Times(bound) => format!("at least {}", ratio(bound)),
            Self::Seconds(bound) => format!("at most {}", time(bound * 1e9)),
            Self::Share(bound) => format!("at most {}", ratio(bound)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(bound: Bound, found: f64) -> Target {
        Target { part: "", what: String::new(), own: "", against: "", bound, found, times: 1.0 }
    }

    #[test]
    fn who_is_just_as_good_as_the_bound_has_reached_it() {
        for bound in [2.0, 0.01] {
            for bound in [Bound::Times(bound), Bound::Seconds(bound), Bound::Share(bound)] {
                let (Bound::Times(found) | Bound::Seconds(found) | Bound::Share(found)) = bound;
                assert!(target(bound, found).is_met());
                let is_above = target(bound, found * 1.01).is_met();
                assert_eq!(is_above, matches!(bound, Bound::Times(_)));
                assert_eq!(target(bound, found * 0.99).is_met(), !is_above);
            }
        }
    }

    #[test]
    fn what_was_not_measured_is_not_met() {
        for bound in [Bound::Times(2.0), Bound::Seconds(2.0), Bound::Share(2.0)] {
            assert!(!target(bound, f64::NAN).is_met());
        }
    }
}
