//! How the tables are filled.

use std::fmt::Debug;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::disk::{Directory, DiskFile};
use forebay_state::etchdb::{Cause, Import};
use forebay_state::{Home, State};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, ErrorKind};

use super::fixture::{all_expected, folder, shop, shop_lines};
use super::folder::Folder;
use super::written::{log, transaction};
use crate::shop::Shop;

#[test]
fn a_thousand_operations_are_a_transaction() {
    let keys: Vec<[u8; 8]> = (0..2500_u64).map(u64::to_le_bytes).collect();
    let puts: Vec<_> =
        keys.iter().map(|key| (1, key.as_slice(), Some(b"\xA1x".as_slice()))).collect();
    let state = State::memory();
    let before = state.revision().0;
    shop(&log(&[transaction(&puts)])).unwrap().run(&state).unwrap();
    assert_eq!(state.read().orders.len(), 2500);
    assert_eq!(state.revision().0 - before, 3);
}

#[test]
fn what_came_over_at_a_rung_survives_its_fault() {
    let disk = SimulatedDisk::new(7);
    let open = || {
        let seams = ManualClock::new().seams(disk.steps());
        State::<Shop>::builder(Home::simulated(disk.clone(), "s")).seams(seams).open().unwrap()
    };
    let state = open();
    let import = shop(&folder("etchdb-0.6.1/shop")).unwrap();
    import.rung(Durability::Synced).run(&state).unwrap();
    drop(state);
    disk.power_cut();
    assert_eq!(shop_lines(&open()), all_expected("etchdb-0.6.1/shop"));
}

#[test]
fn a_rung_that_the_state_does_not_have_is_an_error() {
    let import = shop(&folder("etchdb-0.6.1/shop")).unwrap().rung(Durability::Synced);
    let error = import.run(&State::memory()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn a_key_that_a_table_does_not_take_is_told_before_anything_is_written() {
    let long = vec![b'k'; (64 << 10) + 1];
    let folder = log(&[transaction(&[(0, &long, Some(&[7]))])]);
    let mut import = shop(&folder).unwrap();
    assert_eq!(import.check().unwrap().causes, [(Cause::Key, 1)].into());
    let folder = log(&[transaction(&[(0, &long[1..], Some(&[7]))])]);
    shop(&folder).unwrap().run(&State::memory()).unwrap();
}

/// Another log when it is opened for the second time: that of an etchdb that goes on writing.
#[derive(Debug)]
struct Changing {
    first: Folder,
    then: Folder,
    opened: AtomicUsize,
}

impl Directory for Changing {
    fn open(&self, name: &str, to_write: bool) -> io::Result<Arc<dyn DiskFile>> {
        let is_early = self.opened.fetch_add(1, Ordering::Relaxed) < 3;
        if is_early { &self.first } else { &self.then }.open(name, to_write)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.first.list()
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        self.first.create(name)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.first.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.first.remove(name)
    }

    fn sync(&self) -> io::Result<()> {
        self.first.sync()
    }

    fn lock(&self, name: &str) -> forebay_store::Result<Box<dyn Debug + Send + Sync>> {
        self.first.lock(name)
    }

    fn describe(&self) -> String {
        self.first.describe()
    }
}

#[test]
fn an_etchdb_that_is_written_to_meanwhile_is_noticed() {
    let first = transaction(&[(0, b"ann", Some(&[7]))]);
    let second = transaction(&[(0, b"bob", Some(&[8]))]);
    let changing = Changing {
        first: log(std::slice::from_ref(&first)),
        then: log(&[first, second]),
        opened: AtomicUsize::new(0),
    };
    let import = Import::<Shop>::of(Arc::new(changing)).unwrap();
    let error = import.table(0, |tx| &mut tx.users).run(&State::memory()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("changed while it was read"), "{error}");
}
