//! The door: behind it sessions are made and put aside, by one at a time.

use std::fmt::Debug;
use std::time::Duration;

use forebay_journal::disk::Directory;
use forebay_store::seam::Clock;
use forebay_store::{Op, Result};

use super::names::DOOR;

/// A lock of the disk, given up when this is dropped.
pub(super) type Lock = Box<dyn Debug + Send + Sync>;

/// Somebody is behind the door for milliseconds, so this is long.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(10);

/// Comes behind the door. After five seconds the error is that of the lock, which says who has it.
pub(super) fn enter(root: &dyn Directory, clock: &dyn Clock) -> Result<Lock> {
    let end = clock.now().after(PATIENCE);
    loop {
        match root.lock(DOOR) {
            Err(error) if error.is_retryable() && clock.now() < end => pause(clock),
            taken => return taken,
        }
    }
}

fn pause(clock: &dyn Clock) {
    let (done, over) = Op::pending();
    clock.after(PAUSE, Box::new(move || done.complete(Ok(()))));
    // A clock that forgets its timers makes this end early, and the door is tried at once.
    let _ = over.wait();
}
