//! Where a peer is cheaper than the Forebay that does the same.

use std::fmt::Write;

use forebay_measure::quantity::ratio;

use super::entries::entries;
use crate::measured::Measured;
use crate::operation::Operation;
use crate::run::SIZES;
use crate::subjects::Kind;

/// Nearer than this nobody is called cheaper.
const TIE: f64 = 0.95;

pub(crate) fn losses(measured: &Measured) -> String {
    let mut out = String::new();
    for operation in Operation::ALL {
        // The HashMap is no cache: it is in the tables, to compare with, but wins no prize.
        let peers = Kind::all_that_can(operation).filter(|kind| *kind != Kind::PlainMap);
        for peer in peers.filter(|kind| !kind.is_forebay()) {
            let cheaper = cheaper_at(measured, operation, peer);
            if !cheaper.is_empty() {
                let _ = writeln!(
                    out,
                    "- {}: {} costs {} of {}.",
                    operation.title(),
                    peer.name(),
                    cheaper.join(", "),
                    peer.counterpart().name()
                );
            }
        }
    }
    if out.is_empty() {
        out.push_str("Nowhere in this run.\n");
    }
    out
}

fn cheaper_at(measured: &Measured, operation: Operation, peer: Kind) -> Vec<String> {
    let ratio_at = |size| {
        let own = measured.series(operation, peer.counterpart(), size)?;
        let ratio = measured.series(operation, peer, size)?.ratio_to(own);
        (ratio < TIE).then_some((size, ratio))
    };
    let found = SIZES.into_iter().filter_map(ratio_at);
    found.map(|(size, share)| format!("{} (at {})", ratio(share), entries(size))).collect()
}
