//! A cache that takes no writes for a while.

use std::time::Duration;

use forebay_store::Moment;
use forebay_store::seam::Clock;

use crate::session::{Begun, Session};
use crate::trace::Broken;

/// When a cache takes no writes.
#[derive(Default)]
pub(crate) struct ReadOnly {
    /// Since when, in the one order of all things, if it is so now.
    since: Option<u64>,
    /// Until when it is to be so.
    until: Moment,
    /// When it ceased to be so for the last time.
    ended: u64,
}

impl Session {
    /// From now on it takes no writes, for so long.
    pub(crate) fn take_no_writes(&mut self, how_long: Duration) {
        self.world.note(&[], format!("read only for {how_long:?}"));
        self.cache.set_read_only(true);
        self.read_only.since = Some(self.world.tick());
        self.read_only.until = self.world.now().after(how_long);
    }

    /// It takes writes again, if it is time.
    pub(crate) fn take_writes_again(&mut self) {
        if self.read_only.since.is_some() && self.world.now() >= self.read_only.until {
            self.read_only.ended = self.world.tick();
            self.read_only.since = None;
            self.cache.set_read_only(false);
            self.world.note(&[], "read only no more");
        }
    }

    /// A write was accepted, as it may be.
    pub(crate) fn look_at_acceptance(&self, begun: &Begun) {
        if begun.is_late {
            self.violate(Broken::Close, begun, "was accepted after the close");
        }
        if self.read_only.since.is_some_and(|since| begun.begin > since) {
            self.violate(Broken::Promise, begun, "was accepted by a cache that takes no writes");
        }
    }

    /// Whether it took no writes at any time since this was begun.
    pub(crate) fn may_refuse_writes(&self, begun: &Begun) -> bool {
        self.read_only.since.is_some() || self.read_only.ended > begun.begin
    }
}
