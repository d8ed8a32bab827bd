//! What fails in the middle of its work.

use forebay_journal::disk::simulated::{Habits, SimulatedDisk};
use forebay_pool::fault::{Call, Fault};
use forebay_pool::{
    ArchiveSettings, BlobCodec, ByteSize, DirMedium, Error, ErrorKind, Object, Pool, Quota, Sink,
    Source,
};
use forebay_store::Result;
use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::atomic::{AtomicU32, Ordering};

use crate::rig::{World, bytes};

/// Its codec gives up in the middle, so many times.
struct Stubborn {
    bytes: Vec<u8>,
    gives_up: AtomicU32,
}

struct Halves;

impl BlobCodec<Stubborn> for Halves {
    fn id(&self) -> u16 {
        1001
    }

    fn name(&self) -> &'static str {
        "halves"
    }

    fn encode(&self, value: &Stubborn, out: &mut dyn Sink) -> Result<()> {
        let (first, second) = value.bytes.split_at(value.bytes.len() / 2);
        out.put(first)?;
        let less = |times: u32| times.checked_sub(1);
        if value.gives_up.fetch_update(Ordering::AcqRel, Ordering::Acquire, less).is_ok() {
            return Err(Error::refused("not today"));
        }
        out.put(second)
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<Stubborn>) -> Result<Stubborn> {
        let bytes = from.whole()?.as_slice().to_vec();
        Ok(Stubborn { bytes, gives_up: AtomicU32::new(0) })
    }
}

impl Object for Stubborn {
    const NAME: &'static str = "stubborn";
    const CODEC: &'static dyn BlobCodec<Self> = &Halves;

    fn heap_bytes(&self) -> usize {
        self.bytes.capacity()
    }
}

#[test]
fn f02_what_was_encoded_by_half_leaves_nothing_and_is_spilled_and_kept_later() {
    for (length, no_unnamed) in [(5_000, false), (900_000, false), (900_000, true)] {
        let disk = SimulatedDisk::new(1);
        disk.set_habits(Habits { no_unnamed, ..Habits::default() });
        let seams = || ManualClock::new().seams(1);
        let spill = DirMedium::builder().directory(disk.directory("spill"), Quota::unbounded());
        let spill = spill.seams(seams()).open().unwrap();
        let pool = Pool::builder().memory(ByteSize::mib(8)).spill(spill).seams(seams());
        let pool = pool.build().unwrap();
        let settings = ArchiveSettings::default();
        let archive = pool.archive_in(disk.directory("archive"), settings).wait().unwrap();
        let stubborn = Stubborn { bytes: bytes(3, length), gives_up: AtomicU32::new(3) };
        let handle = pool.insert(stubborn).wait().unwrap();
        assert_eq!(handle.evict().wait().unwrap_err().kind(), ErrorKind::Refused);
        assert_eq!(archive.keep(&handle).wait().unwrap_err().kind(), ErrorKind::Refused);
        let commit = archive.commit("s", [("a", &handle)]).wait();
        assert_eq!(commit.unwrap_err().kind(), ErrorKind::Refused);
        assert_eq!(pool.stats().medium.unwrap().blobs, 0);
        for folder in ["kept", "objects", "packs", "snapshots"] {
            assert!(disk.files(&format!("archive/{folder}")).is_empty(), "{folder}");
        }
        assert_eq!(handle.try_get().unwrap().bytes, bytes(3, length));
        assert!(handle.evict().wait().unwrap());
        let key = archive.keep(&handle).wait().unwrap();
        archive.commit("s", [("a", &handle)]).wait().unwrap();
        assert!(archive.contains(key).wait().unwrap());
        assert_eq!(handle.get().wait().unwrap().bytes, bytes(3, length));
    }
}

#[test]
fn f03_a_load_to_change_that_fails_in_any_way_costs_nothing() {
    let gone = || Fault::Error(Error::unavailable("the disk is gone"));
    for (call, fault) in [
        (Call::Reading, gone()),
        (Call::Read, gone()),
        (Call::Reading, Fault::Panic),
        (Call::Read, Fault::Panic),
        (Call::Read, Fault::Flip),
    ] {
        let world = World::new();
        let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
        let key = handle.key();
        assert!(handle.evict().wait().unwrap());
        for _ in 0..3 {
            world.medium.fail(call, 1, &fault);
            let error = handle.get_mut().wait().unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Corrupt));
            world.medium.heal();
            assert_eq!(world.medium.count(Call::Free), 0, "{call:?}, {fault:?}");
            assert_eq!(handle.key(), key);
        }
        let mut value = handle.get_mut().wait().unwrap();
        assert_eq!(*value, bytes(3, 1000));
        value.push(1);
    }
}
