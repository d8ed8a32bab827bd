//! Blobs in a backing store.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use forebay_pool::conformance::assert_conforms;
use forebay_pool::fault::{Call, Scripted as MediumScript};
use forebay_pool::{ByteSize, ErrorKind, HEAD, Medium, Pool, StoreMedium};
use forebay_store::fault::{ApplyFault, LoadFault, Script, Scripted, WriteFault};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Capabilities, IntoStore, MemoryStore};

use super::rig::{is_all, write};
use crate::rig::bytes;

fn store() -> StoreMedium {
    let store = MemoryStore::<u64, Bytes>::new();
    StoreMedium::over(store.into_store(&ManualClock::new().seams(1))).unwrap()
}

fn scripted() -> (StoreMedium, Arc<Script<u64>>, Arc<MemoryStore<u64, Bytes>>) {
    let memory = Arc::new(MemoryStore::<u64, Bytes>::new());
    let (store, script) = Scripted::new(Arc::clone(&memory));
    let store = store.into_store(&ManualClock::new().seams(1));
    (StoreMedium::over(store).unwrap(), script, memory)
}

#[test]
fn a_store_conforms() {
    assert_conforms(store);
}

#[test]
fn a_pool_spills_to_a_store() {
    let seams = ManualClock::new().seams(1);
    let pool = Pool::builder().memory(ByteSize::mib(1)).spill(store()).seams(seams);
    let pool = pool.build().unwrap();
    let handle = pool.insert(bytes(3, 100_000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 100_000));
    drop(handle);
    assert_eq!(pool.stats().medium.unwrap().blobs, 0);
}

#[test]
fn a_store_that_is_not_empty_is_not_touched() {
    let memory = MemoryStore::<u64, Bytes>::new();
    memory.insert(7, Bytes::from_static(b"mine"));
    let store = memory.into_store(&ManualClock::new().seams(1));
    assert_eq!(StoreMedium::over(store).unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn a_delete_that_failed_is_tried_with_the_next_write() {
    let (medium, script, memory) = scripted();
    let place = write(&medium, 1, 1_000).unwrap();
    script.fail_applies(1, ApplyFault::Error(ErrorKind::Unavailable));
    medium.free(place);
    let usage = medium.usage();
    assert_eq!((usage.blobs, usage.bytes, usage.pending_frees, memory.len()), (0, 0, 1, 1));
    let place = write(&medium, 2, 1_000).unwrap();
    assert_eq!((medium.usage().pending_frees, memory.len()), (0, 1));
    assert!(is_all(&medium, place, 2, 1_000));
}

#[test]
fn a_put_of_which_nobody_knows_is_deleted() {
    let (medium, script, memory) = scripted();
    script.fail_writes(1, 1, WriteFault::UnknownApplied);
    assert_eq!(write(&medium, 1, 1_000).unwrap_err().kind(), ErrorKind::Unknown);
    assert_eq!((medium.usage().blobs, medium.usage().pending_frees, memory.len()), (0, 1, 1));
    let place = write(&medium, 2, 1_000).unwrap();
    assert_eq!((medium.usage().pending_frees, memory.len()), (0, 1));
    assert!(is_all(&medium, place, 2, 1_000));
}

#[test]
fn a_load_that_fails_costs_nothing_and_what_is_gone_is_corrupt() {
    let (medium, script, memory) = scripted();
    let place = write(&medium, 1, 1_000).unwrap();
    script.fail_loads(1, LoadFault::Error(ErrorKind::Unavailable));
    let failed = medium.reading(place).map(|_| ()).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Unavailable);
    assert!(is_all(&medium, place, 1, 1_000));
    for other in [Bytes::from_static(b"short"), Bytes::from(vec![0; 5_000])] {
        memory.insert(place.file, other);
        let wrong = medium.reading(place).map(|_| ()).unwrap_err();
        assert_eq!(wrong.kind(), ErrorKind::Corrupt);
    }
}

#[test]
fn what_the_store_never_takes_is_refused_before_it_is_gathered() {
    let (store, _) = Scripted::new(MemoryStore::<u64, Bytes>::new());
    let mut capabilities = Capabilities::default();
    capabilities.value_bytes_max = Some(1_000);
    let store = store.declaring(capabilities).into_store(&ManualClock::new().seams(1));
    let medium = StoreMedium::over(store).unwrap();
    assert_eq!(medium.traits().blob_max, 872);
    let refused = medium.begin(Some(873)).map(|_| ()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Refused);
    let mut writing = medium.begin(None).unwrap();
    assert_eq!(writing.put(&[0; 873]).unwrap_err().kind(), ErrorKind::Refused);
    drop(writing);
    assert!(is_all(&medium, write(&medium, 1, 872).unwrap(), 1, 872));
}

#[test]
fn what_it_has_of_a_blob_that_is_written_counts_in_the_pools_memory() {
    let medium = Arc::new(store());
    let builder = Pool::builder().memory(ByteSize::mib(1)).spill(Arc::clone(&medium));
    let pool = builder.seams(ManualClock::new().seams(1)).build().unwrap();
    let encoding = || pool.stats().encoding.as_bytes();
    let before = encoding();
    let writing = medium.begin(Some(100_000)).unwrap();
    assert_eq!(encoding() - before, 100_128);
    drop(writing);
    assert_eq!(encoding(), before);
    let mut writing = medium.begin(None).unwrap();
    for _ in 0..4 {
        writing.put(&vec![7; 50_000]).unwrap();
    }
    assert!(encoding() - before >= 200_128, "it has grown");
    let place = writing.seal(&[7; HEAD]).unwrap();
    assert_eq!(encoding(), before);
    assert!(is_all(&*medium, place, 7, 200_000));
}

#[test]
fn what_an_archive_copies_out_of_a_store_counts_in_the_pools_memory() {
    let medium = MediumScript::over(store());
    let builder = Pool::builder().memory(ByteSize::mib(16)).spill(medium.clone());
    let pool = Arc::new(builder.seams(ManualClock::new().seams(1)).build().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let archive = pool.archive(folder.path().join("archive")).wait().unwrap();
    let handle = pool.insert(bytes(3, 3_000_000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let (before, most) = (pool.stats().encoding, Arc::<AtomicU64>::default());
    let (seen, of) = (Arc::clone(&most), Arc::clone(&pool));
    medium.during(move |call| {
        if call == Call::Read {
            seen.fetch_max(of.stats().encoding.as_bytes(), Ordering::SeqCst);
        }
    });
    archive.keep(&handle).wait().unwrap();
    medium.undisturbed();
    assert!(most.load(Ordering::SeqCst) >= before.as_bytes() + 3_000_000);
    assert_eq!(pool.stats().encoding, before);
}
