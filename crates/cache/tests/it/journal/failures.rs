//! When the journal fails: nothing is lost silently, and reads go on (G11).

use forebay_journal::disk::simulated::{Call, Fault};
use forebay_store::ErrorKind;

use super::world::{Life, World};
use crate::rig::{SECOND, answered};

fn with_dead_journal(world: &World) -> Life {
    let life = world.open();
    life.put("before", b"1");
    world.disk.fail_from(Call::Write, 0, Fault::Error);
    world.disk.fail_from(Call::Sync, 0, Fault::Error);
    world.disk.fail_from(Call::Create, 0, Fault::Error);
    life
}

#[test]
fn a_write_that_the_journal_cannot_take_is_told_so_and_later_ones_are_refused() {
    let world = World::new();
    let life = with_dead_journal(&world);
    let doubtful = life.cache.put("a".into(), b"1".into()).wait().unwrap_err();
    assert_eq!(doubtful.kind(), ErrorKind::Unknown);
    let refused = life.cache.put("b".into(), b"1".into()).wait().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unavailable);
    assert_eq!((life.peek("b"), life.peek("before")), (None, Some(b"1".to_vec())));
}

#[test]
fn nothing_goes_to_the_store_that_a_failed_journal_does_not_have() {
    let world = World::new();
    let life = with_dead_journal(&world);
    life.clock.advance(SECOND);
    answered(life.cache.flush()).unwrap_err();
    assert_eq!((life.script.applies_arrived(), world.store.len()), (0, 0));
    let closing = life.cache.close(SECOND);
    life.clock.advance(SECOND * 2);
    let report = answered(closing).unwrap();
    assert_eq!((report.left, report.kept), (1, 0), "what the journal lost is not said to be kept");
}

#[test]
fn a_failed_sync_costs_nobody_anything() {
    let world = World::new();
    let life = world.open();
    life.put("a", b"1");
    world.disk.fail(Call::Sync, 0, Fault::Error);
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.stored("a"), Some(b"1".to_vec()));
}
