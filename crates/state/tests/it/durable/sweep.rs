//! Random histories: many owners, transactions of all rungs under way at once, each owner ended in
//! some way.

use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_journal::disk::simulated::Ending;

use super::crashes::step;
use super::edits::Dice;
use super::rig::Rig;

/// One owner, ended by chance at any call or when it is done.
fn live(rig: &mut Rig, dice: &Dice) {
    let ending = dice.pick(&[Ending::Kill, Ending::PowerCut]);
    if dice.below(3) > 0 {
        let left = dice.below(60);
        match ending {
            Ending::Kill => rig.disk.kill_after_change(left),
            Ending::PowerCut => rig.disk.cut_after_change(left),
        }
    }
    for _ in 0..dice.below(20) {
        if step(rig, dice).is_err() {
            break;
        }
    }
    let is_power_cut = rig.end(ending);
    rig.open(is_power_cut).unwrap();
}

#[test]
fn what_is_shown_is_a_prefix_at_its_rungs_whatever_ends_the_process() {
    all_hold("what_is_shown_is_a_prefix_at_its_rungs_whatever_ends_the_process", 60, |seed| {
        let mut rig = Rig::new(seed);
        rig.open(false).unwrap();
        let dice = Dice::new(seed, 7);
        for life in 0..=dice.below(5) {
            rig.place = format!("seed {seed}, life {life}");
            live(&mut rig, &dice);
        }
    });
}

/// Runs `check` with each seed: the first `count`, as many as `FOREBAY_SEEDS` says from `FOREBAY_FIRST` on, or
/// only the one that `FOREBAY_SEED` names. `name` is the test's, for the command that replays a failure.
fn all_hold(name: &str, count: u64, check: impl Fn(u64)) {
    let only = number("FOREBAY_SEED");
    let count = if only.is_some() { 1 } else { number("FOREBAY_SEEDS").unwrap_or(count) };
    let first = only.or_else(|| number("FOREBAY_FIRST")).unwrap_or(0);
    for seed in first..first + count {
        let checked = catch_unwind(AssertUnwindSafe(|| check(seed)));
        let replay = "cargo test -p forebay-state --test it";
        assert!(checked.is_ok(), "seed {seed} fails: FOREBAY_SEED={seed} {replay} {name}");
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("it is a number"))
}
