//! Where somebody is better than Forebay.

use std::fmt::Write;

use forebay_measure::quantity::{count, ratio};

use crate::measured::Measured;
use crate::subjects::Kind;

/// Nearer than this nobody is called better.
const TIE: f64 = 0.95;

pub(crate) fn losses(measured: &Measured) -> String {
    let mut out = String::new();
    for (content, contest) in measured.held() {
        let Some(own) = measured.find(content, contest, Kind::Forebay) else { continue };
        for other in measured.of(content, contest).filter(|other| !other.kind.is_own()) {
            let found = own.times_as_fast_as(other);
            if found < TIE {
                // Writing to a string cannot fail.
                let _ = writeln!(
                    out,
                    "- {}, {}: {} does {} a second, Forebay {} ({}).",
                    contest.title(),
                    content.title(),
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
