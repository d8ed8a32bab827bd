//! What is promised about time is kept while the store can, and told where it cannot.

use std::time::Duration;

use forebay_cache::Event;
use forebay_sim::{Dice, PromisePlan, PromiseTale, Spell, keep};
use forebay_store::Moment;

use crate::seeds::number;

fn each_seed(count: u64, check: impl Fn(u64)) {
    let only = number("FOREBAY_SEED");
    let seeds = only.map_or(0..number("FOREBAY_SEEDS").unwrap_or(count), |seed| seed..seed + 1);
    seeds.for_each(check);
}

/// A plan whose store can take, at every moment, at least half as much again as is written.
fn within_capacity(seed: u64) -> PromisePlan {
    let dice = Dice::new(seed, 22);
    let millis: [u64; 6] = [1, 200, 1, 50, 400, 10];
    let steps = (0..4).map(|_| Spell::up(5 + dice.below(10), *dice.pick(&millis)));
    let mut plan = PromisePlan::new();
    plan.spells = match dice.below(3) {
        0 => vec![Spell::up(10, 1), Spell::up(20, 200), Spell::up(10, 1)],
        1 => steps.collect(),
        // Each write costs something, as where a batch is a loop.
        _ => vec![Spell { each: Duration::from_millis(1 + dice.below(40)), ..Spell::up(30, 1) }],
    };
    plan.concurrency = 1 + dice.index(4);
    plan.batch_max = *dice.pick(&[8, 16, 256]);
    plan.shards = *dice.pick(&[1, 4, 16]);
    plan.promised = Duration::from_secs(4 + dice.below(5));
    plan.awaited = *dice.pick(&[0, 50, 500]);
    plan.flushes = dice.chance(300);
    // Keys enough that hardly any write saves the store another.
    plan.keys = 20_000;
    plan.rate = (plan.capacity() * 2 / 3).clamp(1, 100);
    // It takes the store a third of the time.
    plan.burst = plan.rate * plan.promised.as_secs() / 2;
    plan
}

#[test]
fn age_stays_within_the_promise_whenever_capacity_allows() {
    each_seed(40, |seed| {
        let plan = within_capacity(seed);
        let tale = keep(&plan, seed);
        let longest = tale.longest;
        assert!(longest <= plan.promised, "seed {seed}: {longest:?}, {plan:#?}");
        let is_broken = |event: &Event| matches!(event, Event::PromiseBroken { .. });
        assert!(!tale.events.iter().any(|(_, event)| is_broken(event)), "seed {seed}");
        assert!(tale.is_stored, "seed {seed}");
    });
}

#[test]
fn no_batch_is_so_large_that_it_alone_breaks_the_promise() {
    each_seed(5, |seed| {
        let mut plan = PromisePlan::new();
        plan.spells = vec![Spell { each: Duration::from_millis(25), ..Spell::up(10, 1) }];
        (plan.batch_max, plan.keys) = (256, 20_000);
        (plan.promised, plan.rate, plan.burst) = (Duration::from_secs(4), 20, 250);
        let tale = keep(&plan, seed);
        assert!(tale.longest <= plan.promised, "seed {seed}: {:?}", tale.longest);
    });
}

#[test]
fn a_call_that_takes_more_than_an_eighth_of_the_promise_is_given_more_writes() {
    each_seed(5, |seed| {
        let mut plan = PromisePlan::new();
        plan.spells = vec![Spell::up(20, 150)];
        (plan.batch_max, plan.keys) = (256, 20_000);
        (plan.promised, plan.rate) = (Duration::from_secs(1), 100);
        let tale = keep(&plan, seed);
        assert!(tale.longest <= plan.promised, "seed {seed}: {:?}", tale.longest);
    });
}

/// A store that is away for a minute, and what it meets when it is back.
fn outage(seed: u64) -> (PromisePlan, PromiseTale, Moment) {
    let dice = Dice::new(seed, 23);
    let mut plan = PromisePlan::new();
    plan.spells = vec![Spell::up(5 + dice.below(5), 1 + dice.below(20)), Spell::down(60)];
    plan.spells.push(Spell::up(20, 1));
    plan.concurrency = 1 + dice.index(4);
    plan.promised = Duration::from_millis(1000 + dice.below(9000));
    plan.rate = *dice.pick(&[0, 1, 20, 100]);
    plan.burst = 1;
    if plan.rate == 0 {
        // One write that it never took, and nothing else.
        plan.spells[0].length = Duration::ZERO;
    }
    plan.flushes = dice.chance(200);
    let back = Moment::default().after(plan.spells[0].length + plan.spells[1].length);
    let tale = keep(&plan, seed);
    (plan, tale, back)
}

#[test]
fn a_breach_is_told_within_a_second() {
    each_seed(40, |seed| {
        let (plan, tale, _) = outage(seed);
        let after = tale.told_after;
        let events = &tale.events;
        assert!(after <= Duration::from_secs(1), "seed {seed}: {after:?} {plan:#?}");
        let told = events.iter().filter(|(_, it)| matches!(it, Event::PromiseBroken { .. }));
        assert_eq!(told.count() as u64, tale.breaches, "seed {seed}: {events:?} {plan:#?}");
        assert_eq!((tale.lies, tale.is_stored, tale.ends_kept()), (0, true, true), "seed {seed}");
    });
}

#[test]
fn a_probe_follows_an_outage_within_an_eighth_of_the_promise() {
    each_seed(40, |seed| {
        let (plan, tale, back) = outage(seed);
        if tale.breaches == 0 {
            return; // Nothing was dirty when it went away.
        }
        // A call that began before the end takes a millisecond to fail.
        let most = plan.promised / 8 + Duration::from_millis(1);
        let after = tale.call_after(back).expect("the store is called");
        assert!(after <= most, "seed {seed}: {after:?} {plan:#?}");
    });
}

#[test]
fn a_key_that_the_store_always_fails_breaks_no_promise() {
    each_seed(20, |seed| {
        let mut plan = within_capacity(seed);
        plan.is_sick = true;
        plan.keys = 2000;
        let tale = keep(&plan, seed);
        assert!(tale.longest <= plan.promised, "seed {seed}: {:?} {plan:#?}", tale.longest);
        let is_broken = |event: &Event| matches!(event, Event::PromiseBroken { .. });
        assert!(!tale.events.iter().any(|(_, it)| is_broken(it)), "seed {seed} {:?}", tale.events);
    });
}
