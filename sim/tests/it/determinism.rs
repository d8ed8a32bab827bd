//! One seed is one run.

use forebay_sim::{Crashes, Scenario, Ways, crash, run};

#[test]
fn the_same_seed_gives_the_same_log() {
    for seed in 0..20 {
        let name = "the_same_seed_gives_the_same_log";
        let scenario = Scenario { ways: Ways::Mixed, shards: 8, ..Scenario::new(name).tiny() };
        let (first, second) = (run(&scenario, seed), run(&scenario, seed));
        let differ = first.trace.lines().iter().zip(second.trace.lines());
        let mut differ = differ.filter(|(one, other)| one.to_string() != other.to_string());
        assert_eq!(first.trace.hash(), second.trace.hash(), "seed {seed}: {:?}", differ.next());
        assert_ne!(first.trace.hash(), run(&scenario, seed + 1000).trace.hash());
    }
}

#[test]
fn the_same_seed_gives_the_same_lives() {
    for seed in 0..40 {
        let crashes = Crashes::new("the_same_seed_gives_the_same_lives");
        let (first, second) = (crash(&crashes, seed, None), crash(&crashes, seed, None));
        let differ = first.trace.lines().iter().zip(second.trace.lines());
        let mut differ = differ.filter(|(one, other)| one.to_string() != other.to_string());
        assert_eq!(first.trace.hash(), second.trace.hash(), "seed {seed}: {:?}", differ.next());
    }
}

#[test]
fn the_same_seed_gives_the_same_scans() {
    for seed in 0..20 {
        let name = "the_same_seed_gives_the_same_scans";
        let scenario = Scenario { ways: Ways::Mixed, scans: true, ..Scenario::new(name) };
        let (first, second) = (run(&scenario, seed), run(&scenario, seed));
        assert_eq!(first.trace.hash(), second.trace.hash(), "seed {seed}");
    }
}
