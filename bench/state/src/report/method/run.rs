//! The machine, the rounds, and what a number is.

use crate::effort::Effort;
use crate::measured::Measured;

pub(super) fn lines(measured: &Measured) -> Vec<String> {
    let effort = if measured.quick { Effort::QUICK } else { Effort::FULL };
    vec![
        format!("Machine: {}. The run took {} s.", measured.machine, measured.seconds),
        format!(
            "One program. Everybody is filled with the same records, then each of {} rounds gives \
             everybody a turn: {} ms that nobody looks at, then {} ms that count. Writes have no \
             time to warm up.",
            effort.rounds,
            effort.warm_up.as_millis(),
            effort.timed.as_millis(),
        ),
        "A cell is the median of the rounds, and a ratio is the median of the ratios of each round. \
         The noise is half the distance between the quarters. `state.csv` has every round."
            .to_owned(),
        "*Work in each* is the processor time of the thread that does it. It does not see who waits for \
         a lock, and it is not disturbed by others who use the machine, so single threads are best \
         compared by it."
            .to_owned(),
        "A value is a struct of five texts. Text keys are `user:` and twelve digits, number keys are 64 \
         bits, spread evenly. Keys are asked for in an order that looks random, a million before they \
         come again."
            .to_owned(),
    ]
}
