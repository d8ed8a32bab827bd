//! The picture: what happened over the long run.

use std::time::Duration;

use forebay_cache::Event;
use forebay_measure::picture::{Chart, Line, Scale, Shade, Timeline, Whose};
use forebay_measure::quantity::{bytes, count, time};

use super::targets::float;
use crate::measured::Measured;
use crate::swing::{Look, Script, Spell, Swing, Told, Weather};
use crate::times::Times;

/// So many points a line has: what lies between two is not seen, but the most of it.
const POINTS: usize = 480;

pub(crate) fn svg(measured: &Measured) -> Option<String> {
    let swing = measured.swing.as_ref()?;
    let quick = if measured.is_quick { " A QUICK RUN: do not quote." } else { "" };
    let about = format!(
        "What a call takes is above each stretch. Fifteen modest writers, and from the third stretch on a noisy one.{quick}"
    );
    let span = swing.script.length().as_secs_f64();
    let timeline = Timeline {
        title: "A cache before a store that swings, and goes down",
        about,
        span,
        every: if span > 100.0 { 20.0 } else { 5.0 },
        shades: swing.script.times().map(|time| shade(&swing.script, time)).collect(),
        panels: vec![age(swing), unstored(swing), puts(swing), stored(swing), room(swing)],
    };
    Some(timeline.svg())
}

fn shade(script: &Script, (from, to, spell): (Duration, Duration, Spell)) -> Shade {
    let (depth, name) = match spell.weather {
        Weather::Fast => (0, time(float(nanos(Script::FAST)))),
        Weather::Slow => (1, time(float(nanos(script.slow)))),
        Weather::Down => (2, "down".to_owned()),
    };
    Shade { from: from.as_secs_f64(), to: to.as_secs_f64(), depth, name }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// The worst of each stretch of looks.
fn line(
    name: &'static str,
    whose: Whose,
    swing: &Swing,
    of: impl Fn(&[Look]) -> Option<f64>,
) -> Line {
    let many = swing.looks.len().div_ceil(POINTS).max(1);
    let point = |looks: &[Look]| (looks[0].at.as_secs_f64(), of(looks));
    Line { name, whose, points: swing.looks.chunks(many).map(point).collect() }
}

fn most(looks: &[Look], of: impl Fn(&Look) -> u64) -> Option<f64> {
    looks.iter().map(of).max().map(float)
}

fn age(swing: &Swing) -> Chart {
    let promised = float(nanos(swing.script.promised));
    let mark = |told: &Told| {
        let text = match told.event {
            Event::PromiseBroken { .. } => "broken",
            Event::PromiseKept => "kept",
            // That it is at risk, the line says as well.
            _ => return None,
        };
        Some((told.at.as_secs_f64(), text.to_owned()))
    };
    let ages = |looks: &[Look]| most(looks, |look| nanos(look.age));
    Chart {
        title: "Age of the oldest unstored write, and what was told".into(),
        scale: Scale::Powers(1e6, 1e11),
        label: |number| time(number),
        lines: vec![line("age", Whose::Own, swing, ages)],
        bound: Some((promised, "promised".into())),
        marks: swing.told.iter().filter_map(mark).collect(),
    }
}

fn unstored(swing: &Swing) -> Chart {
    let bound = float(Swing::BOUNDS.0.as_bytes());
    Chart {
        title: "Unstored bytes".into(),
        scale: Scale::up_to(bound),
        label: |number| bytes(number),
        lines: vec![line("unstored", Whose::Own, swing, |looks| {
            most(looks, |look| look.dirty_bytes)
        })],
        bound: Some((bound, "bound".into())),
        marks: Vec::new(),
    }
}

fn puts(swing: &Swing) -> Chart {
    let p99 = |whose: usize| {
        move |looks: &[Look]| {
            let puts: Times = looks.iter().map(|look| &look.puts[whose]).collect();
            puts.percentile(99).map(float)
        }
    };
    Chart {
        title: "p99 of a put, until it is accepted".into(),
        scale: Scale::Powers(1e3, 1e11),
        label: |number| time(number),
        lines: vec![
            line("noisy", Whose::Peer, swing, p99(1)),
            line("modest", Whose::Own, swing, p99(0)),
        ],
        bound: None,
        marks: Vec::new(),
    }
}

fn stored(swing: &Swing) -> Chart {
    let rate = |looks: &[Look]| {
        let stored: u64 = looks.iter().map(|look| look.stored).sum();
        // Ten looks a second.
        Some(float(stored) * 10.0 / float(looks.len() as u64))
    };
    let line = line("stored", Whose::Own, swing, rate);
    let most = line.points.iter().filter_map(|point| point.1).fold(1.0, f64::max);
    Chart {
        title: "Writes that the store takes in a second".into(),
        scale: Scale::up_to(most),
        label: |number| count(number),
        lines: vec![line],
        bound: None,
        marks: Vec::new(),
    }
}

fn room(swing: &Swing) -> Chart {
    let capacity = float(Swing::BOUNDS.1.as_bytes());
    let rss = float(swing.most(|look| look.rss));
    Chart {
        title: "Memory: what the entries weigh, and what the whole process has".into(),
        scale: Scale::up_to(rss.max(capacity)),
        label: |number| bytes(number),
        lines: vec![
            line("process", Whose::Peer, swing, |looks| most(looks, |look| look.rss)),
            line("entries", Whose::Own, swing, |looks| most(looks, |look| look.resident_bytes)),
        ],
        bound: Some((capacity, "capacity".into())),
        marks: Vec::new(),
    }
}
