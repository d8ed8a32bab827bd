//! What users have written is called under no lock, whoever calls it.

use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, Ordering};
use forebay_store::{ByteSize, Error, Result};

use crate::codec::{BlobCodec, Sink, Source};
use crate::event::{Event, Watcher};
use crate::fault::{Call, Fault, Scripted};
use crate::handle::{Content, Handle, Keepable};
use crate::hint::Hint;
use crate::lanes::Scratch;
use crate::object::Object;
use crate::pool::Pool;
use crate::slot::desk_depth;

/// What asks the pool itself whenever it is called: under a lock of the pool that would never return.
#[derive(Clone, Default)]
struct Asking(Arc<Asked>);

#[derive(Default)]
struct Asked {
    pool: OnceLock<(Pool, Handle<Vec<u8>>)>,
    heard: Mutex<Vec<&'static str>>,
    /// The next drop panics.
    drop_panics: AtomicBool,
}

impl Asking {
    fn called(&self, by: &'static str) {
        desk_depth::assert_none();
        self.0.heard.lock().push(by);
        let Some((pool, other)) = self.0.pool.get() else { return };
        let stats = pool.stats();
        assert!(stats.objects.all() > 0);
        // Each of these takes one lock or another.
        other.hint(Hint::Normal);
        drop(other.try_get());
        drop(other.pin());
        other.prefetch();
        pool.inner().presser.kick();
        drop(pool.reserve(ByteSize::bytes(1)));
        drop(pool.idle());
    }

    fn forget(&self) {
        self.0.heard.lock().clear();
    }
}

impl fmt::Debug for Asking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asking")
    }
}

impl Watcher for Asking {
    fn on(&self, _event: &Event) {
        self.called("watcher");
    }
}

const SIZE: usize = 8_000;

/// An object all of whose code asks.
struct Nosy {
    asking: Asking,
    bytes: Vec<u8>,
}

impl Nosy {
    fn new(asking: &Asking) -> Self {
        Self { asking: asking.clone(), bytes: vec![7; SIZE] }
    }
}

impl Clone for Nosy {
    fn clone(&self) -> Self {
        self.asking.called("clone");
        Self::new(&self.asking)
    }
}

impl Drop for Nosy {
    fn drop(&mut self) {
        self.asking.called("drop");
        assert!(!self.asking.0.drop_panics.swap(false, Ordering::AcqRel), "as it was told");
    }
}

struct Codec;

forebay_store::sync::thread_local! {
    /// Who is decoded on this thread asks as this one.
    static DECODED: RefCell<Asking> = RefCell::default();
}

impl BlobCodec<Nosy> for Codec {
    fn id(&self) -> u16 {
        1030
    }

    fn name(&self) -> &'static str {
        desk_depth::assert_none();
        "nosy"
    }

    fn needs_whole(&self) -> bool {
        desk_depth::assert_none();
        false
    }

    fn encode(&self, value: &Nosy, out: &mut dyn Sink) -> Result<()> {
        value.asking.called("encode");
        out.put(&value.bytes)
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<Nosy>) -> Result<Nosy> {
        let asking = DECODED.with(|decoded| decoded.borrow().clone());
        asking.called("decode");
        let mut bytes = vec![0; SIZE];
        from.fill(&mut bytes)?;
        Ok(Nosy { asking, bytes })
    }
}

impl Object for Nosy {
    const NAME: &'static str = "nosy";
    const CODEC: &'static dyn BlobCodec<Self> = &Codec;

    fn heap_bytes(&self) -> usize {
        self.asking.called("heap_bytes");
        self.bytes.capacity()
    }
}

/// A pool whose watcher, medium and objects ask it.
struct World {
    pool: Pool,
    medium: Scripted,
    asking: Asking,
}

impl World {
    fn new() -> Self {
        let (medium, asking) = (Scripted::default(), Asking::default());
        let builder = Pool::builder().memory(ByteSize::kib(256)).spill(medium.clone());
        let builder = builder.watch(asking.clone()).seams(ManualClock::new().seams(1));
        let pool = builder.build().unwrap();
        let other = pool.try_insert(vec![1_u8; 100]).unwrap();
        assert!(asking.0.pool.set((pool.clone(), other)).is_ok());
        DECODED.with(|decoded| *decoded.borrow_mut() = asking.clone());
        let heard = asking.clone();
        medium.during(move |call| {
            heard.called(match call {
                Call::Free => "free",
                _ => "medium",
            });
        });
        Self { pool, medium, asking }
    }

    fn insert(&self) -> Handle<Nosy> {
        let handle = self.pool.insert(Nosy::new(&self.asking)).wait().unwrap();
        self.asking.forget();
        handle
    }

    /// Whether all of these were called since.
    fn check(&self, expected: &[&'static str]) {
        for by in expected {
            assert!(self.asking.0.heard.lock().contains(by), "{by} was not called");
        }
        self.asking.forget();
    }
}

#[test]
fn inserting_writing_evicting_and_loading_call_others_under_no_lock() {
    let world = World::new();
    let given = world.pool.try_insert(Nosy::new(&world.asking)).unwrap();
    world.check(&["heap_bytes"]);
    given.write_now().wait().unwrap();
    world.check(&["encode", "medium", "watcher"]);
    assert!(given.evict().wait().unwrap());
    world.check(&["drop", "watcher"]);
    drop(given.get().wait().unwrap());
    world.check(&["decode", "medium", "watcher"]);
    drop(given);
    world.check(&["free"]);
    let room = world.pool.reserve(ByteSize::kib(16)).wait().unwrap();
    drop(world.pool.insert_into(room, Nosy::new(&world.asking)).unwrap());
    world.check(&["heap_bytes", "drop"]);
}

#[test]
fn changes_call_others_under_no_lock() {
    let world = World::new();
    let mut handle = world.insert();
    handle.write_now().wait().unwrap();
    handle.get_mut().wait().unwrap().bytes[0] = 9;
    world.check(&["heap_bytes", "free"]);
    handle.replace(Nosy::new(&world.asking)).wait().unwrap();
    world.check(&["heap_bytes", "drop"]);
    let guard = handle.get().wait().unwrap();
    handle.replace(Nosy::new(&world.asking)).wait().unwrap();
    world.asking.forget();
    drop(guard);
    world.check(&["drop"]);
    let other = handle.clone();
    drop(handle.make_mut().wait().unwrap());
    world.check(&["clone", "heap_bytes"]);
    handle.replace(Nosy::new(&world.asking)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    handle.replace(Nosy::new(&world.asking)).wait().unwrap();
    world.check(&["heap_bytes", "free"]);
    drop(other.into_inner().wait().unwrap());
}

#[test]
fn pressing_and_closing_call_others_under_no_lock() {
    let world = World::new();
    let handles: Vec<_> =
        (0..60).map(|_| world.pool.insert(Nosy::new(&world.asking)).wait().unwrap()).collect();
    world.check(&["heap_bytes", "encode", "drop", "watcher"]);
    drop(world.pool.get_many(&handles[..5]).wait().unwrap());
    let mut scan = world.pool.scan(handles[5..10].to_vec());
    while scan.next().wait().unwrap().is_some() {}
    world.pool.set_memory(ByteSize::kib(128)).wait().unwrap();
    world.pool.flush().wait().unwrap();
    world.asking.forget();
    world.pool.close(Duration::ZERO).wait().unwrap();
    world.check(&["free"]);
    drop(handles);
    world.medium.undisturbed();
}

#[test]
fn keeping_calls_others_under_no_lock() {
    let world = World::new();
    let (mut handle, archive) = (world.insert(), Scripted::default());
    let Content::Value { write, .. } = handle.kept().wait().unwrap() else {
        unreachable!("it is in memory only")
    };
    handle.replace(Nosy::new(&world.asking)).wait().unwrap();
    world.asking.forget();
    world.asking.0.drop_panics.store(true, Ordering::Release);
    write(&archive, &mut Scratch { bytes: Vec::with_capacity(4096) }).unwrap();
    world.check(&["encode", "drop"]);
}

/// Where an error comes from.
struct Cause(Asking);

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cause")
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the cause")
    }
}

impl std::error::Error for Cause {}

impl Drop for Cause {
    fn drop(&mut self) {
        self.0.called("cause");
    }
}

#[test]
fn what_an_error_comes_from_ends_under_no_lock() {
    let world = World::new();
    let fail = || {
        let error = Error::unavailable("no").with_source(Cause(world.asking.clone()));
        world.medium.fail(Call::Put, 1, &Fault::Error(error));
    };
    let mut handle = world.insert();
    fail();
    drop(handle.write_now().wait());
    handle.write_now().wait().unwrap();
    world.check(&["cause"]);
    handle.replace(Nosy::new(&world.asking)).wait().unwrap();
    fail();
    drop(handle.write_now().wait());
    world.insert().write_now().wait().unwrap();
    handle.replace(Nosy::new(&world.asking)).wait().unwrap();
    world.check(&["cause"]);
}
