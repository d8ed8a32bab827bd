//! What is aimed at.

use super::target::{Bound, Target};
use crate::contest::{Contest, Large, Stock, Suite};
use crate::large::{From, Snapshots};
use crate::measured::Measured;
use crate::subjects::Kind;

/// Of the contests of a suite with so many threads, or all of them: whom each of these is held against,
/// and how many times as fast it is to be.
struct Rule {
    suite: Suite,
    threads: Option<usize>,
    own: &'static [Kind],
    peer: Kind,
    bound: f64,
}

const fn rule(
    suite: Suite,
    threads: Option<usize>,
    own: &'static [Kind],
    peer: Kind,
    bound: f64,
) -> Rule {
    Rule { suite, threads, own, peer, bound }
}

/// Everybody with a promise as good as theirs, or better: what etchdb's groups promise is what
/// Forebay's rung `Memory` does.
const RULES: [Rule; 11] = [
    rule(Suite::Read, None, &[Kind::Forebay, Kind::Reader], Kind::Etchdb6, 2.0),
    rule(Suite::ReadWritten, None, &[Kind::Forebay, Kind::Reader], Kind::Etchdb6, 5.0),
    rule(Suite::ReadPaced, None, &[Kind::Log, Kind::LogReader], Kind::Etchdb6Log, 5.0),
    rule(Suite::Insert, None, &[Kind::Forebay], Kind::Etchdb3, 1.0),
    rule(Suite::Insert, None, &[Kind::Forebay], Kind::Etchdb6, 100.0),
    rule(Suite::Together, None, &[Kind::Forebay], Kind::Etchdb6Log, 3.0),
    rule(Suite::TogetherOfAll, None, &[Kind::Forebay], Kind::Etchdb6Log, 3.0),
    rule(Suite::Synced, Some(1), &[Kind::Forebay], Kind::Etchdb6Log, 1.2),
    rule(Suite::Synced, Some(64), &[Kind::Forebay], Kind::Etchdb6Log, 15.0),
    rule(Suite::Synced, Some(64), &[Kind::Forebay], Kind::Etchdb6Flush, 3.0),
    rule(Suite::Journaled, Some(64), &[Kind::Ahead, Kind::Forebay], Kind::Etchdb6Log, 3.0),
];

/// The targets of everything that was measured.
pub(super) fn targets(measured: &Measured) -> Vec<Target> {
    let mut all: Vec<Target> = RULES.iter().flat_map(|rule| rule.of(measured)).collect();
    all.extend(of_openings(measured));
    all.extend(of_snapshot(measured));
    all
}

impl Rule {
    fn of(&self, measured: &Measured) -> Vec<Target> {
        let is_it = |(_, contest): &(Stock, Contest)| {
            contest.suite == self.suite && self.threads.is_none_or(|these| these == contest.threads)
        };
        let mut held: Vec<_> = measured.held().into_iter().filter(is_it).collect();
        // Those with one stock together; in the order of the measurements one thread comes first.
        held.sort_by_key(|(stock, contest)| {
            (stock.keys.label() != "text", stock.records, contest.threads)
        });
        let each = held.into_iter().flat_map(|held| self.own.iter().map(move |own| (held, *own)));
        each.filter_map(|((stock, contest), own)| self.target(measured, stock, contest, own))
            .collect()
    }

    fn target(
        &self,
        measured: &Measured,
        stock: Stock,
        contest: Contest,
        own: Kind,
    ) -> Option<Target> {
        let peer = measured.find(stock, contest, self.peer)?;
        let found = measured.find(stock, contest, own)?.times_as_fast_as(peer);
        let threads = match (self.suite, contest.threads) {
            (Suite::Insert, _) => String::new(),
            (suite, _) if suite.is_together() => String::new(),
            (_, 1) => ", one thread".to_owned(),
            (_, threads) => format!(", {threads} threads"),
        };
        Some(Target {
            part: self.suite.title(),
            what: format!("{}{threads}", stock.title()),
            own: said(own, self.suite),
            against: against(self.peer, self.suite),
            bound: Bound::Times(self.bound),
            found,
            times: found,
        })
    }
}

/// How Forebay does it, where there is more than one way.
fn said(own: Kind, suite: Suite) -> &'static str {
    match (own, suite) {
        (Kind::Forebay, Suite::Read | Suite::ReadWritten) | (Kind::Log, _) => "by `read()`",
        (Kind::Reader | Kind::LogReader, _) => "by a `Reader`",
        (Kind::Ahead, _) => "rung `Memory`",
        (_, Suite::Journaled) => "rung `Journaled`",
        (_, suite) if suite.is_durable() => "rung `Synced`",
        _ => "",
    }
}

/// Whom, and how it was told to write.
fn against(peer: Kind, suite: Suite) -> &'static str {
    match (peer, suite) {
        (Kind::Etchdb6, _) => "etchdb 0.6.1 in memory",
        (Kind::Etchdb6Log, suite) if suite.is_together() || suite == Suite::Synced => {
            "etchdb 0.6.1, immediate"
        }
        (Kind::Etchdb6Log, _) => "etchdb 0.6.1, grouped",
        (Kind::Etchdb6Flush, _) => "etchdb 0.6.1, grouped, flushed",
        (other, _) => other.name(),
    }
}

fn of_openings(measured: &Measured) -> impl Iterator<Item = Target> + '_ {
    let peers = measured.openings.iter().filter(|one| one.kind == Kind::Etchdb6Log);
    peers.filter_map(|peer| {
        let own = measured.opening(peer.records, peer.from, Kind::Forebay)?;
        let found = own.times_as_fast_as(peer);
        let stock = Stock::texts(peer.records);
        Some(Target {
            part: Large::Load.title(),
            what: stock.title(),
            own: match peer.from {
                From::Snapshot => "from a snapshot",
                From::Log => "from a log",
            },
            against: "etchdb 0.6.1, the same",
            bound: Bound::Times(6.0),
            found,
            times: found,
        })
    })
}

fn of_snapshot(measured: &Measured) -> Vec<Target> {
    let of = |kind| measured.snapshots.iter().find(|one| one.kind == kind);
    let Some(own) = of(Kind::Forebay) else { return Vec::new() };
    let target = |about, bound, median: fn(&Snapshots) -> f64| {
        let found = median(own);
        Target {
            part: Large::Snapshot.title(),
            what: format!("{about}, {}", Stock::texts(own.records).size()),
            own: "",
            against: "",
            bound,
            found,
            times: of(Kind::Etchdb6Log).map_or(f64::NAN, |peer| median(peer) / found),
        }
    };
    vec![
        target("the writer's longest transaction", Bound::Seconds(0.010), |snapshots| {
            snapshots.spread(|one| one.pause).median
        }),
        target("the most memory against before", Bound::Share(1.3), |snapshots| {
            snapshots.spread(|one| one.peak / one.resident).median
        }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measured::tests::measured;

    /// How, how many times as fast, and whether that is enough.
    fn judged(rates: &[(Suite, usize, Kind, f64)]) -> Vec<(&'static str, f64, bool)> {
        let targets = targets(&measured(rates));
        targets.iter().map(|target| (target.own, target.found, target.is_met())).collect()
    }

    #[test]
    fn reads_are_judged_by_read_and_by_a_reader() {
        let of = |kind, rate| (Suite::Read, 4, kind, rate);
        let rates = [of(Kind::Forebay, 3.0), of(Kind::Reader, 4.0), of(Kind::Etchdb6, 2.0)];
        let expected = [("by `read()`", 1.5, false), ("by a `Reader`", 2.0, true)];
        assert_eq!(judged(&rates), expected);
    }

    #[test]
    fn beside_a_writer_memory_is_held_against_memory_and_log_against_log() {
        let kinds = [(Kind::Forebay, 30.0), (Kind::Log, 8.0), (Kind::Etchdb6, 3.0)];
        let kinds = kinds.into_iter().chain([(Kind::Etchdb6Log, 2.0)]);
        let of = |suite| kinds.clone().map(move |(kind, rate)| (suite, 1, kind, rate));
        let at_full_speed: Vec<_> = of(Suite::ReadWritten).collect();
        assert_eq!(judged(&at_full_speed), [("by `read()`", 10.0, true)]);
        let paced: Vec<_> = of(Suite::ReadPaced).collect();
        assert_eq!(judged(&paced), [("by `read()`", 4.0, false)]);
    }

    #[test]
    fn what_is_handed_over_is_judged_by_its_promise_and_by_the_stronger_one() {
        let of = |threads, kind, rate| (Suite::Journaled, threads, kind, rate);
        let kinds = [(Kind::Forebay, 4.0), (Kind::Ahead, 6.0), (Kind::Etchdb6Log, 2.0)];
        let of_all = |threads| kinds.map(|(kind, rate)| of(threads, kind, rate));
        let expected = [("rung `Memory`", 3.0, true), ("rung `Journaled`", 2.0, false)];
        assert_eq!(judged(&of_all(64)), expected);
        assert_eq!(judged(&of_all(8)), []);
    }
}
