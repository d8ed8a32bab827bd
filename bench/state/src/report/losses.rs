//! Where somebody is better than Forebay.

use std::fmt::Write;

use forebay_measure::quantity::{count, ratio};

use crate::measured::{Measured, Series};
use crate::subjects::Kind;

/// Nearer than this nobody is called better.
const TIE: f64 = 0.95;

pub(crate) fn losses(measured: &Measured) -> String {
    let mut out = String::new();
    for (stock, contest) in measured.held() {
        let own = measured.find(stock, contest, Kind::own(contest.suite));
        let Some(own) = own else { continue };
        let others = measured.of(stock, contest);
        let is_peer = |other: &&Series| !other.kind.is_own() && !other.kind.is_limit();
        for other in others.filter(is_peer) {
            let found = own.times_as_fast_as(other);
            if found < TIE {
                // Writing to a string cannot fail.
                let _ = writeln!(
                    out,
                    "- {}, {}: {} does {} a second, Forebay {} ({}).",
                    contest.title(),
                    stock.title(),
                    other.kind.name(),
                    count(other.rate().median),
                    count(own.rate().median),
                    ratio(found),
                );
            }
        }
    }
    if out.is_empty() {
        out.push_str("Nowhere in this run.\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::Suite;
    use crate::measured::tests::measured;

    #[test]
    fn what_the_machine_can_do_is_nobody_to_lose_against() {
        let of = |kind, rate| (Suite::Synced, 1, kind, rate);
        let rates = [of(Kind::Forebay, 100.0), of(Kind::Limit, 900.0), of(Kind::Redb, 99.0)];
        assert_eq!(losses(&measured(&rates)), "Nowhere in this run.\n");
        let rates = [of(Kind::Forebay, 100.0), of(Kind::Limit, 900.0), of(Kind::Redb, 120.0)];
        let told = losses(&measured(&rates));
        assert!(told.contains("redb") && told.lines().count() == 1, "{told}");
    }
}
