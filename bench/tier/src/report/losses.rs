//! Where somebody costs less than Forebay.

use std::fmt::Write;

use forebay_measure::quantity::{ratio, time};

use crate::measured::Measured;
use crate::subjects::Kind;

/// Nearer than this nobody is called better.
const TIE: f64 = 0.95;

pub(super) fn losses(measured: &Measured) -> String {
    let mut out = String::new();
    for place in measured.places() {
        let Some(own) = measured.find(place, Kind::Forebay) else { continue };
        // The map is no cache: it is in the tables, to compare with, but wins no prize.
        let peers = measured.at(place).filter(|one| one.kind != Kind::PlainMap);
        for peer in peers.filter(|peer| peer.ratio_to(own) < TIE) {
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "- {}, {}, {} entries: {} {}, Forebay {} ({}).",
                place.row.title(),
                place.shape.label(),
                place.entries,
                peer.kind.name(),
                time(peer.cost().median),
                time(own.cost().median),
                ratio(peer.ratio_to(own)),
            );
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
    use crate::measured::tests::{measured, place};
    use crate::row::Row;

    #[test]
    fn who_takes_less_work_is_named_and_a_map_is_not() {
        let at = place(Row::Hit(1));
        let of = [(at, Kind::Forebay, 20.0), (at, Kind::Quick, 10.0), (at, Kind::PlainMap, 5.0)];
        let told = losses(&measured(&of));
        assert!(told.contains("quick_cache") && told.lines().count() == 1, "{told}");
        assert_eq!(losses(&measured(&of[..1])), "Nowhere in this run.\n");
    }
}
