//! Changes that find somebody in their way.

use std::time::Duration;

use forebay_pool::{ByteSize, ErrorKind, WhenFull};

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
