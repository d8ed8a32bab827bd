//! What is there after the end of a process.

use std::time::Duration;

use forebay_cache::{Change, Settings, Write};
use forebay_store::{Durability, WallTime};

use super::world::World;
use crate::rig::{SECOND, answered};

#[test]
fn what_was_acknowledged_is_readable_after_a_kill_before_anything_is_stored() {
    let world = World::new();
    let life = world.open_with_store_down();
    life.put("a", b"1");
    life.put("b", b"1");
    life.put("a", b"2");
    world.kill(life);

    let life = world.open_with_store_down();
    assert_eq!((life.get("a"), life.get("b")), (Some(b"2".to_vec()), Some(b"1".to_vec())));
    assert_eq!((world.stored("a"), life.cache.dirty_count()), (None, 2));
    life.script.come_back();
    answered(life.cache.flush()).unwrap();
    assert_eq!((world.stored("a"), world.stored("b")), (Some(b"2".into()), Some(b"1".into())));
}

#[test]
fn what_was_stored_is_not_stored_again() {
    let world = World::new();
    let life = world.open();
    life.put("a", b"1");
    answered(life.cache.flush()).unwrap();
    life.put("b", b"1");
    life.clock.advance(SECOND);
    world.kill(life);
    assert_eq!(world.open_with_store_down().cache.dirty_count(), 0);
}

#[test]
fn a_delete_is_a_delete_after_a_restart() {
    let world = World::new();
    world.store.insert("a".into(), b"1".to_vec());
    let life = world.open_with_store_down();
    answered(life.cache.delete("a".to_owned())).unwrap();
    world.kill(life);
    let life = world.open_with_store_down();
    assert_eq!(life.get("a"), None);
    life.script.come_back();
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.stored("a"), None);
}

#[test]
fn a_modification_survives_like_a_put() {
    let world = World::new();
    let life = world.open_with_store_down();
    life.put("a", b"1");
    let append = |value: Option<&Vec<u8>>| {
        let mut value = value.cloned().unwrap_or_default();
        value.push(b'+');
        (Change::Put(value), ())
    };
    answered(life.cache.modify("a".to_owned(), append)).unwrap();
    world.kill(life);
    assert_eq!(world.open_with_store_down().get("a"), Some(b"1+".to_vec()));
}

/// Far enough for the store's own clock.
const LATER: u64 = 1 << 45;

#[test]
fn a_value_expires_after_a_restart_when_it_was_to_and_is_stored_all_the_same() {
    let world = World::new();
    let expiring = |builder: forebay_cache::Builder<String, Vec<u8>>| {
        builder
            .write_behind(Settings::default())
            .expire_with(|_, value: &Vec<u8>| Some(WallTime(LATER + u64::from(value[0]))))
    };
    let life = world.try_open(expiring, forebay_store::fault::Script::go_down).unwrap();
    life.put("a", &[50]);
    world.kill(life);
    // Another process, which has no such rule: the time is the one that was written.
    let life = world.open_with_store_down();
    life.clock.set_wall(WallTime(LATER + 49));
    assert_eq!(life.get("a"), Some(vec![50]));
    life.clock.set_wall(WallTime(LATER + 50));
    assert_eq!(life.get("a"), None);
    life.script.come_back();
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.stored("a"), Some(vec![50]));
}

#[test]
fn many_lives_lose_nothing() {
    let world = World::new();
    for life in 0..20_u8 {
        let now = world.open_with_store_down();
        for before in 0..life {
            assert_eq!(now.get(&format!("key {before}")), Some(vec![before]));
        }
        now.put(&format!("key {life}"), &[life]);
        if life % 2 == 0 {
            world.kill(now);
        } else {
            let closing = now.cache.close(SECOND);
            now.clock.advance(SECOND * 2);
            assert_eq!(answered(closing).unwrap().kept, u64::from(life) + 1);
        }
    }
    let last = world.open();
    answered(last.cache.flush()).unwrap();
    assert_eq!(world.store.len(), 20);
}

#[test]
fn a_close_tells_what_is_kept_and_the_next_life_has_it() {
    let world = World::new();
    let life = world.open_with_store_down();
    life.put("a", b"1");
    let closing = life.cache.close(SECOND);
    life.clock.advance(SECOND * 2);
    let report = answered(closing).unwrap();
    assert_eq!((report.left, report.kept, report.is_clean()), (1, 1, false));
    world.cut_power(life);

    let life = world.open();
    assert_eq!(life.get("a"), Some(b"1".to_vec()));
    let report = answered(life.cache.close(SECOND)).unwrap();
    assert!(report.is_clean());
    assert_eq!((world.stored("a"), report.kept), (Some(b"1".into()), 0));
    // The journal is let go of at once, while the handle is still there.
    assert_eq!(world.open_with_store_down().cache.dirty_count(), 0);
    drop(life);
}

#[test]
fn a_write_through_needs_no_journal_and_is_never_replayed() {
    let world = World::new();
    let life = world.open();
    answered(life.cache.put_with("a".into(), b"1".into(), Write::Through)).unwrap();
    world.kill(life);
    world.store.insert("a".into(), b"from elsewhere".to_vec());
    let life = world.open();
    answered(life.cache.flush()).unwrap();
    assert_eq!(life.get("a"), Some(b"from elsewhere".to_vec()));
}

#[test]
fn a_write_at_memory_becomes_safe_by_itself_after_a_while() {
    let world = World::new();
    let life = world.open_with_store_down();
    let write = Write::Behind(Durability::Memory);
    answered(life.cache.put_with("a".into(), b"1".into(), write)).unwrap();
    let at_once = world.disk.copy();
    life.clock.advance(Duration::from_millis(200));
    world.cut_power(life);
    assert_eq!(world.open_with_store_down().get("a"), Some(b"1".to_vec()));

    at_once.kill();
    let before = World { disk: at_once, ..World::new() };
    assert_eq!(before.open_with_store_down().peek("a"), None, "it was in memory only");
}
