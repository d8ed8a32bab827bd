//! Changes that find somebody in their way.

use std::time::Duration;

use forebay_pool::fault::{Call, Fault};
use forebay_pool::{ByteSize, Error, ErrorKind, WhenFull};

use super::reading::poll;
use crate::rig::{World, bytes};

#[test]
fn make_mut_of_what_stays_lent_ends_with_the_patience() {
    for when_full in [WhenFull::Fail, WhenFull::Wait(Duration::from_secs(1))] {
        let world = World::with(ByteSize::mib(1), |builder| builder.when_full(when_full));
        let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
        let weak = handle.downgrade();
        let lent = handle.get_mut().wait().unwrap();
        let mut other = weak.upgrade().unwrap();
        let mut copy = other.make_mut();
        let at_once = poll(&mut copy);
        world.clock.advance(Duration::from_secs(1));
        let copied = at_once.or_else(|| poll(&mut copy)).unwrap();
        assert_eq!(copied.map(drop).unwrap_err().kind(), ErrorKind::Busy);
        drop(copy);
        drop(lent);
        other.make_mut().wait().unwrap().clear();
        assert_eq!(*handle.get().wait().unwrap(), bytes(3, 1000));
    }
}

#[test]
fn two_replacements_that_find_the_old_values_looked_at_do_not_stop_each_other() {
    let world = World::new();
    let broken = Fault::Error(Error::unavailable("the disk is gone"));
    world.medium.fail(Call::Begin, 1000, &broken);
    let of = |name| world.pool.insert(bytes(name, 200 << 10)).wait().unwrap();
    let (mut first, mut second) = (of(1), of(2));
    let stats = world.pool.stats();
    let taken = stats.resident.as_bytes() + stats.own.as_bytes() + stats.encoding.as_bytes();
    let free = stats.budget.as_bytes() - taken;
    let kept = world.pool.reserve(ByteSize::bytes(free - (350 << 10))).wait().unwrap();
    let room = world.pool.reserve(ByteSize::kib(300)).wait().unwrap();
    let weak = [first.downgrade(), second.downgrade()];
    let mut one = first.replace(bytes(3, 300 << 10));
    let mut two = second.replace(bytes(4, 300 << 10));
    // They count on the room of the values that they are to replace ...
    assert!(poll(&mut one).is_none() && poll(&mut two).is_none());
    // ... which are looked at when it is their turn.
    let guards = weak.map(|weak| weak.upgrade().unwrap().get().wait().unwrap());
    drop(room);
    let (mut is_one, mut is_two) = (poll(&mut one).is_some(), poll(&mut two).is_some());
    assert!(is_one || is_two, "each holds what the other one waits for");
    drop((guards, kept));
    is_one = is_one || poll(&mut one).is_some();
    is_two = is_two || poll(&mut two).is_some();
    assert!(is_one && is_two);
    drop((one, two));
    assert_eq!(*first.get().wait().unwrap(), bytes(3, 300 << 10));
    assert_eq!(*second.get().wait().unwrap(), bytes(4, 300 << 10));
}
