//! What becomes of the quarantine over restarts: its causes, attempts and times, and what was done with it.

use forebay_cache::{Builder, Quarantined, Settings};
use forebay_store::ErrorKind;
use forebay_store::fault::Script;

use super::world::{Life, World};
use crate::rig::{HOUR, SECOND, answered};

fn behind(builder: Builder<String, Vec<u8>>) -> Builder<String, Vec<u8>> {
    builder.write_behind(Settings::default())
}

fn only(life: &Life) -> Quarantined<String> {
    let mut all = life.cache.quarantine().list();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn told(refused: &Quarantined<String>) -> (u32, u64, u64, String) {
    let (first, last) = (refused.first_refused.0, refused.last_refused.0);
    (refused.attempts, first, last, refused.cause.to_string())
}

// One that the store never takes among 10,000: the others are not delayed, and it is still there after a restart.
#[test]
fn one_refused_key_of_ten_thousand_delays_nobody_and_survives_a_restart_with_its_cause() {
    let world = World::new();
    let refused = "key 5000".to_owned();
    let life = world.try_open(behind, |script: &Script<String>| script.refuse(refused.clone()));
    let life = life.unwrap();
    for number in 0..10_000 {
        life.put(&format!("key {number}"), b"value");
    }
    // Nothing but time that a healthy store takes: no back-off of the refused key is waited for.
    life.clock.advance(SECOND);
    let stored = (0..10_000).filter(|number| world.stored(&format!("key {number}")).is_some());
    assert_eq!(stored.count(), 9_999);
    let before = only(&life);
    assert_eq!((before.key.as_str(), before.cause.kind()), ("key 5000", ErrorKind::Refused));
    life.clock.advance(SECOND);
    world.cut_power(life);
    let life = world.try_open(behind, |script: &Script<String>| script.refuse(refused.clone()));
    let life = life.unwrap();
    assert_eq!(told(&only(&life)), told(&before));
    assert_eq!(life.get("key 5000"), Some(b"value".to_vec()));
    assert_eq!(life.cache.dirty_count(), 1);
}

#[test]
fn attempts_and_times_are_the_same_after_restarts_and_go_on_from_there() {
    let world = World::new();
    let refuse = |script: &Script<String>| script.refuse("a".into());
    let mut life = world.try_open(behind, refuse).unwrap();
    life.put("a", b"refused");
    life.clock.advance(SECOND);
    let first = only(&life);
    for attempts in 2..5 {
        life.clock.advance(HOUR);
        assert!(life.cache.quarantine().retry(&"a".to_owned()));
        life.clock.advance(SECOND);
        let before = only(&life);
        assert_eq!((before.attempts, before.first_refused), (attempts, first.first_refused));
        assert!(before.last_refused > first.last_refused);
        world.kill(life);
        life = world.try_open(behind, refuse).unwrap();
        assert_eq!(told(&only(&life)), told(&before));
    }
}

#[test]
fn attempts_and_times_are_written_forward() {
    let world = World::new();
    let life = world.try_open(behind, |script: &Script<String>| script.refuse("a".into())).unwrap();
    life.put("a", b"refused");
    life.clock.advance(SECOND);
    let before = only(&life);
    for _ in 0..1000 {
        life.put("other", &[0; 1000]);
    }
    assert!(world.disk.files("journal").len() < 10, "there was a checkpoint");
    world.kill(life);
    assert_eq!(told(&only(&world.open_with_store_down())), told(&before));
}

#[test]
fn what_was_given_up_is_not_back_after_a_restart() {
    let world = World::new();
    let life = world.try_open(behind, |script: &Script<String>| script.refuse("a".into())).unwrap();
    life.put("a", b"refused");
    life.clock.advance(SECOND);
    assert!(life.cache.quarantine().drop(&"a".to_owned()));
    life.clock.advance(SECOND);
    world.cut_power(life);
    let life = world.open();
    assert_eq!((life.get("a"), life.cache.quarantine().len()), (None, 0));
    assert_eq!(life.cache.stats().restored, 0);
}

#[test]
fn what_was_put_in_its_stead_is_there_after_a_restart() {
    let world = World::new();
    let life = world.try_open(behind, |script: &Script<String>| script.refuse("a".into())).unwrap();
    life.put("a", b"refused");
    life.clock.advance(SECOND);
    answered(life.cache.quarantine().edit(&"a".to_owned(), b"mended".to_vec())).unwrap().unwrap();
    world.kill(life);
    let life = world.open();
    assert_eq!((life.get("a"), life.cache.quarantine().len()), (Some(b"mended".to_vec()), 0));
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.stored("a"), Some(b"mended".to_vec()));
}
