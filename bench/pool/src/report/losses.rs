//! Where somebody is better than Forebay.

use std::fmt::Write;

use forebay_measure::quantity::ratio;

use super::table::said;
use crate::measured::Measured;
use crate::subjects::Kind;

/// Nearer than this nobody is called better.
const TIE: f64 = 0.95;

pub(super) fn losses(measured: &Measured) -> String {
    let mut out = String::new();
    for work in measured.held() {
        let Some(own) = measured.find(work, Kind::Forebay) else { continue };
        for other in
            measured.of(work).filter(|other| !other.kind.is_limit() && !other.kind.is_own())
        {
            let found = own.times_as_fast_as(other);
            if found < TIE {
                // Writing to a string cannot fail.
                let _ = writeln!(
                    out,
                    "- {}: {} {}, Forebay {} ({}).",
                    work.title(),
                    other.kind.name_at(work),
                    said(other, other.speed().median),
                    said(own, own.speed().median),
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
    use crate::measured::tests::measured;
    use crate::work::{Size, Work};

    #[test]
    fn what_the_machine_can_do_is_nobody_to_lose_against() {
        let of = |kind, speed| (Work::Load(Size::Small), kind, speed);
        let speeds = [of(Kind::Forebay, 1e9), of(Kind::Memcpy, 9e9), of(Kind::Files, 1.04e9)];
        assert_eq!(losses(&measured(&speeds)), "Nowhere in this run.\n");
        let told = losses(&measured(&[of(Kind::Forebay, 1e9), of(Kind::Files, 2e9)]));
        assert!(told.contains("std::fs") && told.lines().count() == 1, "{told}");
    }
}
