//! What was measured.

use std::time::Duration;

use forebay_cache::Event;
use forebay_measure::{Machine, Spread, paired};

use crate::rate::{Sample, Way};
use crate::swing::{Look, Swing, Weather};
use crate::times::Times;

/// Everything.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) machine: Machine,
    pub(crate) is_quick: bool,
    pub(crate) seconds: u64,
    pub(crate) rates: Vec<Rates>,
    pub(crate) swing: Option<Swing>,
}

/// Through and behind, with so many writers: a sample of each in each round.
#[derive(Debug)]
pub(crate) struct Rates {
    pub(crate) writers: u64,
    /// In the order of [`Way::ALL`].
    pub(crate) rounds: Vec<[Sample; 2]>,
}

impl Rates {
    pub(crate) fn spread(&self, way: Way, of: impl Fn(&Sample) -> f64) -> Spread {
        let place = usize::from(way == Way::Behind);
        Spread::of(self.rounds.iter().map(|round| of(&round[place])).collect())
    }

    /// How many times as many puts behind stores: the median of the rounds' ratios.
    pub(crate) fn ratio(&self) -> f64 {
        paired(self.rounds.iter().map(|[through, behind]| (behind.rate, through.rate)))
    }

    /// What it is to be.
    pub(crate) fn target(&self) -> f64 {
        if self.writers == 1 { 100.0 } else { 20.0 }
    }
}

impl Swing {
    /// What the store has to do after an outage, before anything is as it was.
    fn recovery(&self) -> Duration {
        self.script.promised
    }

    /// Whether the store could do what was asked of it then: it is not down, and was not lately.
    pub(crate) fn is_able(&self, look: &Look) -> bool {
        let (from, to) = self.script.outage();
        look.at <= from || look.at > to + self.recovery()
    }

    /// The greatest age while the store was able.
    pub(crate) fn age_max(&self) -> Duration {
        let able = self.looks.iter().filter(|look| self.is_able(look));
        able.map(|look| look.age).max().unwrap_or_default()
    }

    /// How long after each time that something became too old the breach was told; `None`: never.
    pub(crate) fn told_after(&self) -> Vec<Option<Duration>> {
        let promised = self.script.promised;
        let mut was_late = false;
        let mut found = Vec::new();
        for look in &self.looks {
            let is_late = look.age > promised;
            if is_late && !was_late {
                // It became too old between two looks, and its age says when.
                let since = look.at.saturating_sub(look.age.saturating_sub(promised));
                let is_breach = |event: &Event| matches!(event, Event::PromiseBroken { .. });
                let mut breaches = self.told.iter().filter(|told| is_breach(&told.event));
                let told = breaches.find(|told| told.at + Duration::from_millis(200) >= since);
                found.push(told.map(|told| told.at.saturating_sub(since)));
            }
            was_late = is_late;
        }
        found
    }

    /// How long the modest ones' puts took in such weather, with the noisy one or without.
    pub(crate) fn modest(&self, weather: Weather, is_loud: bool) -> Times {
        let is_such = |look: &&Look| {
            let Look { spell, .. } = look;
            spell.weather == weather && spell.is_loud == is_loud && self.is_able(look)
        };
        // What is done for the first time costs more than it will ever again.
        let warm = self.looks.iter().skip(20);
        warm.filter(is_such).map(|look| &look.puts[0]).collect()
    }

    /// The most of something in any look.
    pub(crate) fn most(&self, of: impl Fn(&Look) -> u64) -> u64 {
        self.looks.iter().map(of).max().unwrap_or_default()
    }
}
