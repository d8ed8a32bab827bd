//! A medium that its user keeps a hand on.

use std::sync::{Arc, Mutex};

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_pool::{ArchiveSettings, ByteSize, Event, Medium, Pool, Watcher};
use forebay_store::seam::manual::ManualClock;

use super::rig::{open, write};
use crate::rig::bytes;

#[derive(Debug, Default)]
struct Sessions(Arc<Mutex<u32>>);

impl Watcher for Sessions {
    fn on(&self, event: &Event) {
        if matches!(event, Event::SweptSession { .. }) {
            *self.0.lock().unwrap() += 1;
        }
    }
}

#[test]
fn who_keeps_a_hand_on_a_medium_reaches_it_beside_its_pool() {
    let disk = SimulatedDisk::new(1);
    let dead = open(&disk, 1);
    disk.kill();
    let (medium, heard) = (open(&disk, 2), Sessions::default());
    let sessions = Arc::clone(&heard.0);
    let pool = Pool::builder().memory(ByteSize::mib(4)).spill(Arc::clone(&medium)).watch(heard);
    let pool = pool.seams(ManualClock::new().seams(2)).build().unwrap();
    assert_eq!((medium.swept().sessions, *sessions.lock().unwrap()), (1, 1));
    let handle = pool.insert(bytes(3, 400_000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    assert_eq!(medium.usage(), pool.stats().medium.unwrap());
    let settings = ArchiveSettings::default();
    let archive = pool.archive_in(disk.directory("archive"), settings).wait().unwrap();
    let report = archive.commit("s", [("a", &handle)]).wait().unwrap();
    assert_eq!(report.written, 0, "it is linked");
    let place = write(&*medium, 9, 400_000).unwrap();
    medium.free(place);
    assert_eq!((medium.usage().blobs, medium.usage().bytes > 500_000), (1, true));
    Medium::trim(&medium);
    assert!(medium.usage().bytes < 500_000);
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 400_000));
    drop(dead);
}
