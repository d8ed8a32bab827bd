//! Whether Forebay keeps up, pair by pair.

use std::fmt::Write;

use crate::measured::{Measured, Pair};
use crate::subjects::Kind;

pub(super) fn verdicts(measured: &Measured) -> String {
    let mut out = String::from(
        "| trace | the best | has | Forebay has | ahead by | dice | verdict |\n\
         |---|---|---:|---:|---:|---:|---|\n",
    );
    for pair in &measured.pairs {
        out.push_str(&row(pair).unwrap_or_default());
    }
    let count = |holds: &dyn Fn(&Pair) -> Option<bool>| {
        measured.pairs.iter().filter(|pair| holds(pair) == Some(true)).count()
    };
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "\nForebay keeps up in {} of {} pairs. If a hundredth of the best were allowed and not a point, it \
         would in {}; against `moka-lazy` as well, in {}.",
        count(&Pair::keeps_up),
        measured.pairs.len(),
        count(&Pair::keeps_up_strictly),
        count(&Pair::keeps_up_with_all),
    );
    out
}

fn row(pair: &Pair) -> Option<String> {
    let (own, best, ahead) = (pair.find(Kind::Forebay)?, pair.best()?, pair.ahead()?);
    Some(format!(
        "| {}, {} % | {} | {:.2} | {:.2} | {ahead:+.2} | ±{:.2} | {} |\n",
        pair.trace.label(),
        pair.share.label(),
        best.kind.name(),
        best.mean(),
        own.mean(),
        own.spread() / 2.0,
        if pair.keeps_up()? { "PASS" } else { "**FAIL**" },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measured::tests::pair;

    #[test]
    fn a_pair_that_is_lost_is_told() {
        let measured = |own| Measured {
            seeds: 2,
            pairs: vec![pair(&[(Kind::Forebay, own), (Kind::Lru, 30.0), (Kind::Moka, 20.0)])],
        };
        let lost = verdicts(&measured(28.5));
        assert!(
            lost.contains("| LRU, exact | 30.00 | 28.50 | -1.50 | ±0.50 | **FAIL** |"),
            "{lost}"
        );
        assert!(lost.contains("in 0 of 1 pairs"), "{lost}");
        assert!(verdicts(&measured(29.5)).contains("in 1 of 1 pairs"));
    }
}
