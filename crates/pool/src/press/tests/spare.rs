//! Room for what nobody waits for yet.

use super::rig::world;
use crate::budget::Purpose;

#[test]
fn for_what_nobody_waits_for_only_what_is_saved_and_untouched_leaves() {
    let world = world(300);
    let [touched, unsaved, saved] = [true, false, true].map(|is_saved| world.object(100, is_saved));
    touched.touch();
    let room = world.inner.presser.spare_room(100, Purpose::Loading).unwrap();
    assert_eq!(room.bytes(), 100);
    assert!(touched.is_here() && unsaved.is_here() && !saved.is_here());
    assert_eq!(unsaved.desk.lock().writes, 0, "no write is begun");
}

#[test]
fn for_what_nobody_waits_for_nobody_is_overtaken() {
    let world = world(200);
    let [held, saved] = [(); 2].map(|()| world.object(100, true));
    held.hold();
    saved.hold();
    let wish = world.insert(150);
    saved.desk.lock().guards = 0;
    assert!(world.inner.presser.spare_room(100, Purpose::Loading).is_none());
    assert!(saved.is_here() && wish.waits());
}

#[test]
fn for_what_will_never_fit_nothing_leaves() {
    let world = world(200);
    let saved = world.object(100, true);
    assert!(world.inner.presser.spare_room(201, Purpose::Loading).is_none());
    assert!(saved.is_here());
}

#[test]
fn where_all_is_held_it_gives_up_soon() {
    let world = world(1_000);
    let held: Vec<_> = (0..1_000).map(|_| world.object(1, true)).collect();
    for object in &held {
        object.hold();
    }
    assert!(world.inner.presser.spare_room(1, Purpose::Loading).is_none());
}
