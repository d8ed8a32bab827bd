//! Claims about values.

use super::super::subject::{Found, Subject, failed, put, short, skipped};
use crate::outcome::Outcome;

super::claims![
    an_empty_value_is_present,
    every_byte_survives,
    a_large_value_survives,
    a_value_over_the_most_is_refused_alone,
];

const MIB: u64 = 1 << 20;
/// The largest value that a check makes in order to have it refused.
const LARGEST: u64 = 64 * MIB;

fn an_empty_value_is_present(subject: &Subject) -> Found {
    subject.store(vec![put("a", "")])?;
    subject.expect_value("a", Some(b""))
}

fn every_byte_survives(subject: &Subject) -> Found {
    let bytes: Vec<u8> = (0..=255).collect();
    subject.store(vec![put("a", bytes.clone())])?;
    subject.expect_value("a", Some(&bytes))
}

fn a_large_value_survives(subject: &Subject) -> Found {
    // What a codec adds must fit, too.
    let most = subject.capabilities().value_bytes_max.unwrap_or(MIB).min(MIB + 16);
    let bytes = patterned(most.saturating_sub(16));
    subject.store(vec![put("a", bytes.clone()), put("b", "small")])?;
    subject.expect_value("a", Some(&bytes))
}

fn a_value_over_the_most_is_refused_alone(subject: &Subject) -> Found {
    let declared = subject.capabilities();
    let Some(most) = declared.value_bytes_max.filter(|most| *most <= LARGEST) else {
        return skipped("it declares no bound on a value, or one too large to try");
    };
    subject.store(vec![put("b", "old")])?;
    let writes = [put("a", patterned(most + 1)), put("b", "new"), put("c", "new")];
    let fitting = subject.fitting(writes.len());
    let outcomes = subject.apply(writes.into_iter().take(fitting).collect())?;
    if !matches!(outcomes.first(), Some(Outcome::Refused(_))) {
        return failed(format!("a value over the most answered {}", short(&outcomes.first())));
    }
    subject.expect_value("a", None)?;
    let others_stored = !declared.atomic_batch && fitting > 1;
    for outcome in &outcomes[1..] {
        if outcome.is_stored() != others_stored {
            return failed(format!("another write of that batch answered {}", short(outcome)));
        }
    }
    subject.expect_value("b", Some(if others_stored { b"new" } else { b"old" }))
}

fn patterned(length: u64) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).unwrap_or_default()).collect()
}
