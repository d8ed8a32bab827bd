//! An old value never lands on a newer one (G3), whatever is lost of the journal.

use forebay_cache::Write;
use forebay_journal::disk::simulated::Remains;
use forebay_store::Durability;
use forebay_store::fault::WriteFault;

use super::world::World;
use crate::rig::{SECOND, answered};

#[test]
fn nothing_is_stored_before_the_journal_has_it_on_the_device() {
    let world = World::new();
    let life = world.open();
    life.put("a", b"old");
    assert!(answered(life.cache.close(SECOND)).unwrap().is_clean());
    let (cache, held, _) = world.open_held();
    let write = Write::Behind(Durability::Memory);
    answered(cache.put_with("a".into(), b"new".into(), write)).unwrap();
    let receipt = answered(cache.put_with("a".into(), b"new".into(), write)).unwrap();
    let stored = receipt.stored();
    // The store is at work, and the power fails now: the newer value is in the journal.
    assert_eq!((held.applies(), stored.is_ready()), (1, false));
    world.disk.power_cut_leaving(Remains::Nothing);
    assert_eq!(world.open_with_store_down().peek("a"), Some(b"new".to_vec()));
}

#[test]
fn a_write_through_waits_until_it_is_noted_that_what_came_before_is_stored() {
    let world = World::new();
    let life = world.open();
    life.put("a", b"behind");
    answered(life.cache.flush()).unwrap();
    // Its mark is in memory only by now.
    let through = life.cache.put_with("a".into(), b"through".into(), Write::Through);
    answered(through).unwrap();
    world.disk.power_cut_leaving(Remains::Nothing);
    drop(life);
    let life = world.open();
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.stored("a"), Some(b"through".to_vec()), "the older value was stored again");
}

#[test]
fn what_is_marked_clean_is_not_stored_again() {
    let world = World::new();
    let life = world.open_with_store_down();
    let write = Write::Behind(Durability::Synced);
    life.cache.put_with("a".into(), b"1".into(), write).wait().unwrap();
    world.store.insert("a".into(), b"1, and then more".to_vec());
    assert!(life.cache.mark_clean(&"a".to_owned()));
    world.disk.power_cut_leaving(Remains::Nothing);
    drop(life);
    let life = world.open();
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.stored("a"), Some(b"1, and then more".to_vec()));
}

#[test]
fn what_is_invalidated_is_not_overwritten_by_what_came_before() {
    let world = World::new();
    let life = world.open();
    life.put("a", b"1");
    answered(life.cache.flush()).unwrap();
    world.store.insert("a".into(), b"from elsewhere".to_vec());
    life.cache.invalidate(&"a".to_owned());
    world.disk.power_cut_leaving(Remains::Nothing);
    drop(life);
    let life = world.open();
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.stored("a"), Some(b"from elsewhere".to_vec()));
}

#[test]
fn a_mark_that_had_no_room_is_written_before_anything_else_is_stored() {
    let mut world = World::new();
    world.journal.buffer_max = 4000;
    let (cache, held, _) = world.open_held();
    answered(cache.put("a".into(), b"behind".into())).unwrap();
    let flushed = cache.flush();
    let first = held.next_apply();
    // The buffer is full when the answer comes, and its mark has no room.
    let write = Write::Behind(Durability::Memory);
    answered(cache.put_with("b".into(), vec![0; 3900], write)).unwrap();
    first.pass();
    let through = cache.put_with("a".into(), b"through".into(), Write::Through);
    while !through.is_ready() {
        held.next_apply().pass();
    }
    answered(through).unwrap();
    drop(flushed);
    world.disk.power_cut_leaving(Remains::Nothing);
    let life = world.open();
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.stored("a"), Some(b"through".to_vec()));
}

#[test]
fn versions_grow_over_restarts() {
    let world = World::new();
    let life = world.open_with_store_down();
    for round in 0..10 {
        life.put("a", &[round]);
    }
    world.kill(life);
    let life = world.open_with_store_down();
    life.put("a", b"newer");
    world.kill(life);
    assert_eq!(world.open_with_store_down().get("a"), Some(b"newer".to_vec()));
}

#[test]
fn the_newest_version_counts_though_an_older_one_was_in_flight() {
    let world = World::new();
    let life = world.open();
    life.script.fail_writes("a".to_owned(), 1, WriteFault::UnknownApplied);
    life.put("a", b"1");
    life.clock.advance(SECOND / 8);
    life.put("a", b"2");
    world.kill(life);
    let life = world.open_with_store_down();
    assert_eq!(life.get("a"), Some(b"2".to_vec()));
}
