//! One presses at a time.

use std::sync::Arc;

use super::rig::world;
use crate::press::tests::stepped::stepped;

#[test]
fn a_kick_is_one_job_however_often_it_is_asked_for() {
    let (world, spawn) = stepped(100);
    let saved = world.object(100, true);
    for _ in 0..10 {
        world.inner.presser.kick();
    }
    assert_eq!(spawn.len(), 1);
    assert!(saved.is_here(), "nothing is evicted on the thread that kicks");
    assert!(spawn.step());
    world.inner.presser.kick();
    assert_eq!(spawn.len(), 1, "after it there may be another");
}

#[test]
fn a_pool_that_is_gone_is_not_pressed() {
    let world = world(100);
    let presser = Arc::clone(&world.inner.presser);
    drop(world);
    crate::budget::Press::press(&*presser);
    presser.kick();
    presser.wrote(&Ok(()));
}
