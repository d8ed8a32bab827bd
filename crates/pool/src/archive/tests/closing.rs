//! Archives of a pool that is closed while something is written to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use forebay_journal::disk::simulated::{Call, SimulatedDisk};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{ByteSize, ErrorKind, Result};

use super::object::Fake;
use super::world::object;
use crate::archive::{Archive, ArchiveSettings};
use crate::pool::Pool;

const DEADLINE: Duration = Duration::from_secs(1);

/// Closes the pool when the first bytes are written. What is said about that, and the names that are there then.
fn closed_meanwhile(
    is_late: bool,
    change: impl FnOnce(&Archive, &Arc<Fake>) -> Result<()>,
) -> (Result<()>, Vec<String>) {
    let (clock, disk) = (ManualClock::new(), SimulatedDisk::new(1));
    let pool = Pool::builder().memory(ByteSize::mib(64)).seams(clock.seams(1)).build().unwrap();
    let archive = pool.archive_in(disk.directory("a"), ArchiveSettings::default()).wait().unwrap();
    let is_closed = AtomicBool::new(false);
    disk.on_call(Box::new(move |call| {
        if call == Call::Write && !is_closed.swap(true, Ordering::AcqRel) {
            drop(pool.close(DEADLINE));
            clock.advance(if is_late { DEADLINE } else { DEADLINE / 2 });
        }
    }));
    let result = change(&archive, &object(1, 3 << 20));
    disk.off_call();
    let names = ["kept", "objects", "snapshots"];
    (result, names.into_iter().flat_map(|folder| disk.files(&format!("a/{folder}"))).collect())
}

#[test]
fn what_is_under_way_when_the_pool_is_closed_has_until_the_deadline() {
    let keep = |archive: &Archive, object: &Arc<Fake>| archive.keep(object).wait().map(|_| ());
    let commit = |archive: &Archive, object: &Arc<Fake>| {
        archive.commit("s", [("a", object)]).wait().map(|_| ())
    };
    for is_late in [false, true] {
        let kept = closed_meanwhile(is_late, keep);
        let committed = closed_meanwhile(is_late, commit);
        for ((result, names), count) in [(kept, 1), (committed, 2)] {
            let kind = result.err().map(|error| error.kind());
            assert_eq!(kind, is_late.then_some(ErrorKind::Closed));
            assert_eq!(names.len(), if is_late { 0 } else { count }, "{names:?}");
        }
    }
}
