//! What was to be reached, and what was.

use std::time::Duration;

use forebay_measure::quantity::{bytes, ratio, time};

use crate::measured::Measured;
use crate::swing::{MODEST, Swing, Weather};

/// One of them.
pub(crate) struct Target {
    pub(crate) what: String,
    pub(crate) wanted: String,
    pub(crate) found: String,
    pub(crate) is_met: bool,
}

pub(crate) fn targets(measured: &Measured) -> Vec<Target> {
    let rate = measured.rates.iter().map(|rates| Target {
        what: format!(
            "puts a second until all are stored, behind of through, {} writers",
            rates.writers
        )
        .replace("1 writers", "1 writer"),
        wanted: format!("at least {}", ratio(rates.target())),
        found: ratio(rates.ratio()),
        is_met: rates.ratio() >= rates.target(),
    });
    let mut targets: Vec<Target> = rate.collect();
    if let Some(swing) = &measured.swing {
        targets.extend([age(swing), told(swing)]);
        targets.extend([Weather::Fast, Weather::Slow].map(|weather| fair(swing, weather)));
        targets.extend(room(swing));
    }
    targets
}

fn age(swing: &Swing) -> Target {
    let (promised, found) = (swing.script.promised, swing.age_max());
    Target {
        what: "age of the oldest unstored write while the store is there, fast and slow".into(),
        wanted: format!("at most {}", nanos(promised)),
        found: nanos(found),
        is_met: found <= promised,
    }
}

fn told(swing: &Swing) -> Target {
    let told = swing.told_after();
    let worst = told.iter().copied().map(|after| after.unwrap_or(Duration::MAX)).max();
    let found = match worst {
        None => "no breach, although the store was down".to_owned(),
        Some(Duration::MAX) => "not told".to_owned(),
        Some(worst) => format!("{} breach, told after {}", told.len(), nanos(worst)),
    };
    Target {
        what: "a breach is told".into(),
        wanted: "within 1 s".into(),
        found,
        is_met: worst.is_some_and(|worst| worst <= Duration::from_secs(1)),
    }
}

/// What the noisy one does to the others.
fn fair(swing: &Swing, weather: Weather) -> Target {
    let p99 = |is_loud| swing.modest(weather, is_loud).percentile(99);
    let (alone, beside) = (p99(false), p99(true));
    let of = alone.zip(beside).map(|(alone, beside)| float(beside) / float(alone));
    let words = match weather {
        Weather::Fast => "fast",
        Weather::Slow => "slow",
        Weather::Down => "down",
    };
    let in_words = |nanos: Option<u64>| nanos.map_or("-".to_owned(), |nanos| time(float(nanos)));
    Target {
        what: format!(
            "p99 of a modest put beside the noisy writer, of that without him, store {words}"
        ),
        wanted: "at most 2.00 x".into(),
        found: format!(
            "{} ({} of {})",
            of.map_or("-".to_owned(), ratio),
            in_words(beside),
            in_words(alone)
        ),
        is_met: of.is_some_and(|of| of <= 2.0),
    }
}

/// Memory.
fn room(swing: &Swing) -> [Target; 3] {
    let (dirty, capacity) = Swing::BOUNDS;
    let within = |what: &str, found: u64, most: u64| Target {
        what: what.into(),
        wanted: format!("at most {}", bytes(float(most))),
        found: bytes(float(found)),
        is_met: found <= most,
    };
    // Between his insertion and his eviction each thread may have one entry too many.
    let entries = (MODEST + 1) * 512;
    let grown = swing.most(|look| look.rss).saturating_sub(swing.rss_before);
    [
        within(
            "unstored bytes, in any look",
            swing.most(|look| look.dirty_bytes),
            dirty.as_bytes(),
        ),
        within(
            "resident bytes, in any look: the capacity, and an entry for each writer",
            swing.most(|look| look.resident_bytes),
            capacity.as_bytes() + entries,
        ),
        within(
            "what the process has grown by: half as much again as the capacity, with writers, threads and \
             what waits",
            grown,
            capacity.as_bytes() / 2 * 3,
        ),
    ]
}

fn nanos(duration: Duration) -> String {
    time(duration.as_secs_f64() * 1e9)
}

#[expect(clippy::cast_precision_loss, reason = "three digits of it are shown")]
pub(crate) fn float(number: u64) -> f64 {
    number as f64
}
