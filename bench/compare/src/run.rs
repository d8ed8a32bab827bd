//! The run: every operation, in rounds in which everybody takes a sample.

use std::io::Write;
use std::time::Duration;

use forebay_store::Result;

use forebay_measure::{Arguments, Machine};

use crate::bench::Bench;
use crate::measured::{Measured, Series};
use crate::operation::Operation;
use crate::stopwatch::now;
use crate::subjects::Kind;

/// How many entries there are.
pub(crate) const SIZES: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// A quick run takes three rounds; another at least seven, and more while there is time.
const ROUNDS_QUICK: usize = 3;
const ROUNDS_MIN: usize = 7;
const ROUNDS_MAX: usize = 25;
/// What the rounds of one operation may take when there are enough of them.
const ENOUGH: Duration = Duration::from_secs(20);

pub(crate) fn run(arguments: &Arguments, progress: &mut dyn Write) -> Result<Measured> {
    let begun = now();
    let mut machine = Machine::look();
    let mut series = Vec::new();
    for operation in Operation::ALL {
        series.extend(measure(operation, arguments.is_quick, progress)?);
    }
    machine.look_again();
    let seconds = begun.elapsed().as_secs();
    Ok(Measured { machine, quick: arguments.is_quick, seconds, series })
}

fn measure(operation: Operation, quick: bool, progress: &mut dyn Write) -> Result<Vec<Series>> {
    let begun = now();
    let mut benches = Vec::new();
    let mut series = Vec::new();
    for entries in SIZES {
        for kind in Kind::all_that_can(operation) {
            benches.push(Bench::prepare(operation, kind, entries, quick)?);
            series.push(Series { operation, kind, entries, samples: Vec::new() });
        }
    }
    let prepared = begun.elapsed();
    // The warm-up: nobody looks at the first samples.
    for bench in &mut benches {
        bench.sample()?;
    }
    let rounds_begun = now();
    let mut rounds = 0;
    while wants_more(rounds, rounds_begun.elapsed(), quick) {
        for turn in 0..benches.len() {
            // Each round begins with somebody else, so that nobody always follows the same one.
            let at = (turn + rounds * 5) % benches.len();
            series[at].samples.push(benches[at].sample()?);
        }
        rounds += 1;
    }
    // Progress is a courtesy; the numbers are worth more than its line.
    let _ = writeln!(
        progress,
        "{}: prepared in {:.1} s, {rounds} rounds in {:.1} s",
        operation.title(),
        prepared.as_secs_f64(),
        rounds_begun.elapsed().as_secs_f64(),
    );
    Ok(series)
}

fn wants_more(rounds: usize, taken: Duration, quick: bool) -> bool {
    if quick {
        return rounds < ROUNDS_QUICK;
    }
    rounds < ROUNDS_MIN || (rounds < ROUNDS_MAX && taken < ENOUGH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_operation_gets_seven_rounds_and_a_fast_one_more() {
        assert!(wants_more(6, Duration::from_secs(600), false));
        assert!(!wants_more(7, Duration::from_secs(600), false));
        assert!(wants_more(24, Duration::ZERO, false));
        assert!(!wants_more(25, Duration::ZERO, false));
    }
}
