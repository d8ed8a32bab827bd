//! A journal full of values in quarantine can be left by replaying them, and by writing through.

use forebay_cache::Write;
use forebay_store::fault::Script;

use super::world::{Life, World, large};
use crate::rig::{SECOND, answered};

fn full_of_quarantined() -> (World, Life, usize) {
    let world = World::new();
    let life = world.try_open(large, Script::go_down).unwrap();
    let mut count = 0;
    loop {
        let key = format!("key {count}");
        life.script.refuse(key.clone());
        let op = life.cache.put(key, vec![0; 10_000]);
        if !op.is_ready() {
            break;
        }
        count += 1;
    }
    life.script.come_back();
    for _ in 0..100 {
        life.clock.advance(SECOND);
    }
    assert_eq!(life.cache.quarantined().len(), life.cache.dirty_count());
    // What was wrong with the store is put right.
    for key in 0..=count {
        life.script.accept(&format!("key {key}"));
    }
    life.clock.advance(SECOND);
    (world, life, count)
}

#[test]
fn what_is_in_quarantine_can_be_replayed_though_it_fills_the_journal() {
    let (world, life, count) = full_of_quarantined();
    let mut replayed = 0;
    for _ in 0..100 {
        for key in 0..count {
            replayed += usize::from(life.cache.replay(&format!("key {key}")));
        }
        life.clock.advance(SECOND);
    }
    assert!(replayed > 0, "no value of {count} could be replayed in 100 s");
    assert!(world.stored("key 0").is_some());
}

#[test]
fn a_write_through_over_quarantine_in_a_full_journal_is_told_what_happened() {
    let (world, life, count) = full_of_quarantined();
    let mut failed = Vec::new();
    for key in 0..count {
        let key = format!("key {key}");
        let op = life.cache.put_with(key.clone(), b"new".into(), Write::Through);
        life.clock.advance(SECOND);
        if let Err(error) = answered(op) {
            let is_stored = world.stored(&key) == Some(b"new".to_vec());
            failed.push((error.kind(), is_stored));
        }
    }
    assert!(failed.is_empty(), "of {count}: {failed:?}");
}

#[test]
fn a_replay_of_what_is_not_in_quarantine_asks_for_no_room() {
    let (world, life, _) = full_of_quarantined();
    life.script.accept(&"through".to_owned());
    answered(life.cache.put_with("through".into(), vec![0; 50_000], Write::Through)).unwrap();
    let (before, steps) = (world.disk.files("journal"), world.disk.steps());
    for _ in 0..10 {
        assert!(!life.cache.replay(&"through".to_owned()));
    }
    assert_eq!((world.disk.files("journal"), world.disk.steps()), (before, steps));
}
