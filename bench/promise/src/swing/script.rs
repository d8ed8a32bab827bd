//! What happens when: how the store is, and who writes.

use std::time::Duration;

/// How the store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    Fast,
    Slow,
    Down,
}

/// A stretch of time in which nothing changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spell {
    pub(crate) length: Duration,
    pub(crate) weather: Weather,
    /// The noisy writer writes, too.
    pub(crate) is_loud: bool,
}

/// The whole run. A quick one is the same in less time: everything is as many times shorter, but the fast
/// calls and the bounds.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) spells: Vec<Spell>,
    /// What is promised.
    pub(crate) promised: Duration,
    /// What a slow call takes.
    pub(crate) slow: Duration,
}

impl Script {
    /// What a fast call takes.
    pub(crate) const FAST: Duration = Duration::from_millis(1);

    pub(crate) fn new(is_quick: bool) -> Self {
        let parts = if is_quick { 6 } else { 1 };
        let spell = |seconds, weather, is_loud| Spell {
            length: Duration::from_secs(seconds) / parts,
            weather,
            is_loud,
        };
        let spells = vec![
            spell(20, Weather::Fast, false),
            spell(20, Weather::Slow, false),
            spell(20, Weather::Fast, true),
            spell(20, Weather::Slow, true),
            spell(20, Weather::Fast, true),
            spell(60, Weather::Down, true),
            spell(20, Weather::Fast, true),
            spell(20, Weather::Slow, true),
            spell(20, Weather::Fast, true),
            spell(20, Weather::Slow, true),
        ];
        let promised = Duration::from_secs(5) / parts;
        Self { spells, promised, slow: Duration::from_millis(200) / parts }
    }

    /// How long a call takes then; `None` if the store is down.
    pub(crate) fn latency(&self, weather: Weather) -> Option<Duration> {
        match weather {
            Weather::Fast => Some(Self::FAST),
            Weather::Slow => Some(self.slow),
            Weather::Down => None,
        }
    }

    pub(crate) fn length(&self) -> Duration {
        self.spells.iter().map(|spell| spell.length).sum()
    }

    /// The spells, with when each begins and ends.
    pub(crate) fn times(&self) -> impl Iterator<Item = (Duration, Duration, Spell)> {
        let mut end = Duration::ZERO;
        self.spells.iter().map(move |spell| {
            let begin = end;
            end += spell.length;
            (begin, end, *spell)
        })
    }

    /// When the store goes down and when it is back.
    pub(crate) fn outage(&self) -> (Duration, Duration) {
        let outage = self.times().find(|(_, _, spell)| spell.weather == Weather::Down);
        outage.map(|(begin, end, _)| (begin, end)).unwrap_or_default()
    }

    /// What is going on then.
    pub(crate) fn at(&self, time: Duration) -> Option<Spell> {
        self.times().find(|(_, end, _)| time < *end).map(|(_, _, spell)| spell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_run_is_the_same_in_less_time() {
        let (whole, quick) = (Script::new(false), Script::new(true));
        assert_eq!(whole.length(), Duration::from_secs(240));
        // A sixth of a second is no whole number of nanoseconds.
        assert!(quick.length().abs_diff(Duration::from_secs(40)) < Duration::from_millis(1));
        assert_eq!(whole.outage(), (Duration::from_secs(100), Duration::from_secs(160)));
        let (from, to) = quick.outage();
        assert_eq!(to.saturating_sub(from), Duration::from_secs(10));
        let at = |script: &Script, seconds| script.at(Duration::from_secs(seconds));
        assert_eq!(at(&whole, 120).map(|spell| spell.weather), Some(Weather::Down));
        assert!(at(&quick, 40).is_none() && at(&quick, 39).is_some_and(|spell| spell.is_loud));
    }
}
