//! The other ending: the last handle is dropped, and everything is stored all the same.

use std::time::Duration;

use crate::dice::Dice;
use crate::ending::{LONG, look_into_the_store};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::session::Session;
use crate::trace::Broken;
use crate::world::World;

/// Drops the handle while the store goes on failing for a while.
pub(crate) fn abandon(run: &mut Run) {
    if run.session.world.violations() > 0 {
        return;
    }
    run.session.world.note(&[], "== the last handle is dropped");
    // An empty one in another world takes its place.
    let nothing = Session::new(&World::new(0), &Scenario::new("nothing"), 0);
    drop(std::mem::replace(&mut run.session.cache, nothing.cache));
    run.session.receipts.clear();
    run.drain(Dice::new(run.seed, 10).delay(Duration::from_secs(3)));
    run.session.world.note(&[], "== the faults stop");
    run.session.store.heal();
    run.drain(LONG);
    if !run.session.world.is_idle() {
        run.session.world.violate(Broken::Hang, None, "the engine never comes to rest");
    }
    if !run.session.store.is_free() {
        run.session.world.violate(Broken::Promise, None, "nobody lets go of the store");
    }
    look_into_the_store(run);
}
