//! Quarantine over restarts.

use forebay_cache::{Builder, Settings, Write};
use forebay_journal::disk::simulated::Remains;
use forebay_store::fault::Script;
use forebay_store::{Durability, ErrorKind};

use super::world::{Life, World};
use crate::rig::{SECOND, answered};

fn refused(world: &World) -> Life {
    let build = |builder: Builder<_, _>| builder.write_behind(Settings::default());
    let life = world.try_open(build, |script: &Script<String>| script.refuse("a".into())).unwrap();
    life.put("a", b"refused");
    life.clock.advance(SECOND);
    assert_eq!(life.cache.quarantined().len(), 1);
    life
}

#[test]
fn a_value_in_quarantine_is_there_after_a_restart_with_its_cause() {
    let world = World::new();
    let life = refused(&world);
    let cause = life.cache.quarantined()[0].cause.to_string();
    life.clock.advance(SECOND);
    world.cut_power(life);
    let life = world.open();
    let listed = life.cache.quarantined();
    assert_eq!((listed.len(), listed[0].key.as_str()), (1, "a"));
    assert_eq!((listed[0].cause.kind(), listed[0].cause.to_string()), (ErrorKind::Refused, cause));
    assert_eq!(life.get("a"), Some(b"refused".to_vec()));
    // Not tried again by itself, in this life either; but by who asks for it.
    life.clock.advance(SECOND);
    assert_eq!(world.stored("a"), None);
    assert!(life.cache.replay(&"a".to_owned()));
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.stored("a"), Some(b"refused".to_vec()));
    life.clock.advance(SECOND);
    world.cut_power(life);
    assert_eq!(world.open().cache.quarantined().len(), 0);
}

#[test]
fn more_values_in_quarantine_than_a_segment_holds_are_there_after_restarts() {
    let keys: Vec<String> = (0..60).map(|number| format!("key {number}")).collect();
    let world = World::new();
    let build = |builder: Builder<_, _>| builder.write_behind(Settings::default());
    let refuse = |script: &Script<String>| keys.iter().for_each(|key| script.refuse(key.clone()));
    let mut life = world.try_open(build, refuse).unwrap();
    for key in &keys {
        life.put(key, &[7; 5000]);
    }
    life.clock.advance(SECOND);
    let cause = life.cache.quarantined()[0].cause.to_string();
    for _ in 0..3 {
        life.clock.advance(SECOND);
        world.kill(life);
        life = world.open();
        let listed = life.cache.quarantined();
        assert_eq!(listed.len(), keys.len());
        assert!(listed.iter().all(|each| each.cause.to_string() == cause));
        assert!(keys.iter().all(|key| life.get(key) == Some(vec![7; 5000])));
    }
}

#[test]
fn a_value_in_quarantine_is_written_forward_with_its_cause() {
    let world = World::new();
    let life = refused(&world);
    for _ in 0..1000 {
        life.put("other", &[0; 1000]);
    }
    assert!(world.disk.files("journal").len() < 10, "there was a checkpoint");
    world.kill(life);
    let life = world.open_with_store_down();
    assert_eq!(life.cache.quarantined().len(), 1);
    assert_eq!(life.get("a"), Some(b"refused".to_vec()));
}

#[test]
fn a_write_through_ends_a_quarantine_for_good() {
    let world = World::new();
    let life = refused(&world);
    life.clock.advance(SECOND);
    life.script.accept(&"a".to_owned());
    answered(life.cache.put_with("a".into(), b"newer".into(), Write::Through)).unwrap();
    world.disk.power_cut_leaving(Remains::Nothing);
    drop(life);
    let life = world.open();
    assert_eq!((life.get("a"), life.cache.quarantined().len()), (Some(b"newer".to_vec()), 0));
}

#[test]
fn a_write_behind_ends_a_quarantine_for_good() {
    let world = World::new();
    let life = refused(&world);
    let write = Write::Behind(Durability::Journaled);
    answered(life.cache.put_with("a".into(), b"newer".into(), write)).unwrap();
    world.kill(life);
    let life = world.open_with_store_down();
    assert_eq!((life.get("a"), life.cache.quarantined().len()), (Some(b"newer".to_vec()), 0));
}
