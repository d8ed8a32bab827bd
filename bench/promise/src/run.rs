//! The run: the long one, and the rates in rounds, in which both ways take a turn.

use std::io::{Error, Result, Write};
use std::time::Duration;

use forebay_measure::quantity::{count, ratio};
use forebay_measure::{Arguments, Machine, clock};

use crate::measured::{Measured, Rates};
use crate::rate::{Way, sample};
use crate::swing::{Script, swing};

/// How much is done in a sample.
struct Effort {
    rounds: usize,
    /// Through: for so long.
    length: Duration,
    /// Behind: so many puts.
    puts: u64,
}

/// From so many threads.
const WRITERS: [u64; 2] = [1, 16];

pub(crate) fn run(arguments: &Arguments, progress: &mut dyn Write) -> Result<Measured> {
    let begun = clock::now();
    let mut machine = Machine::look();
    let is_quick = arguments.is_quick;
    let effort = if is_quick {
        Effort { rounds: 3, length: Duration::from_millis(500), puts: 320_000 }
    } else {
        Effort { rounds: 5, length: Duration::from_secs(1), puts: 640_000 }
    };
    // First, while the process has nothing that others have left.
    let swing = if arguments.wants("--only", "swing") {
        Some(swing(Script::new(is_quick), progress).map_err(Error::other)?)
    } else {
        None
    };
    let mut rates = Vec::new();
    for writers in WRITERS.into_iter().filter(|_| arguments.wants("--only", "rate")) {
        let found = hold(writers, &effort).map_err(Error::other)?;
        let through = count(found.spread(Way::Through, |sample| sample.rate).median);
        let behind = count(found.spread(Way::Behind, |sample| sample.rate).median);
        let found_ratio = ratio(found.ratio());
        writeln!(progress, "{writers} writers: {through} through, {behind} behind, {found_ratio}")?;
        rates.push(found);
    }
    machine.look_again();
    let seconds = begun.elapsed().as_secs();
    Ok(Measured { machine, is_quick, seconds, rates, swing })
}

fn hold(writers: u64, effort: &Effort) -> forebay_store::Result<Rates> {
    let mut rounds = Vec::with_capacity(effort.rounds);
    for round in 0..effort.rounds {
        let take = |way| sample(way, writers, effort.length, effort.puts);
        // Who comes second finds the machine warm: that is taken in turns.
        rounds.push(if round % 2 == 0 {
            let through = take(Way::Through)?;
            [through, take(Way::Behind)?]
        } else {
            let behind = take(Way::Behind)?;
            [take(Way::Through)?, behind]
        });
    }
    Ok(Rates { writers, rounds })
}
