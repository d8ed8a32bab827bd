//! Code of users panics.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use forebay_pool::fault::Call;
use forebay_pool::{BlobCodec, ByteSize, ErrorKind, Event, Object, Pool, Sink, Source, Watcher};

use forebay_store::Result;

use crate::rig::{Fickle, World, bytes};
use crate::slot::poll;

#[test]
fn a_panicking_codec_harms_its_object_only() {
    let world = World::new();
    let (value, switches) = Fickle::new(5);
    switches.encode_panics.store(1, Ordering::Release);
    let handle = world.pool.insert(value).wait().unwrap();
    let other = world.pool.insert(Fickle::new(6).0).wait().unwrap();
    assert_eq!(handle.evict().wait().unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(handle.try_get().unwrap().number, 5);
    assert!(other.evict().wait().unwrap() && handle.evict().wait().unwrap());
    assert_eq!(handle.get().wait().unwrap().number, 5);
}

#[test]
fn a_codec_that_refuses_is_asked_again_by_who_asks_himself() {
    let world = World::new();
    let (value, switches) = Fickle::new(5);
    switches.encode_fails.store(1, Ordering::Release);
    let handle = world.pool.insert(value).wait().unwrap();
    assert_eq!(handle.write_now().wait().unwrap_err().kind(), ErrorKind::Refused);
    handle.write_now().wait().unwrap();
}

#[test]
fn a_value_whose_weighing_panics_is_given_back() {
    let world = World::new();
    let (value, switches) = Fickle::new(5);
    switches.weighing_panics.store(2, Ordering::Release);
    let rejected = world.pool.insert(value).wait().unwrap_err();
    assert_eq!(rejected.error.kind(), ErrorKind::Refused);
    let rejected = world.pool.try_insert(rejected.given_back).unwrap_err();
    let handle = world.pool.insert(rejected.given_back).wait().unwrap();
    assert_eq!(handle.try_get().unwrap().number, 5);
}

#[test]
fn a_panicking_drop_costs_no_room() {
    let world = World::new();
    let (value, switches) = Fickle::new(5);
    switches.drop_panics.store(2, Ordering::Release);
    let handle = world.pool.insert(value).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    assert_eq!(world.pool.stats().resident.as_bytes(), 0);
    assert_eq!(handle.get().wait().unwrap().number, 5);
}

#[test]
fn a_codec_that_asks_its_own_pool_for_room_is_refused_rather_than_kept_waiting() {
    let world = World::new();
    let mut held = Vec::new();
    for name in 0..3 {
        held.push(world.pool.insert(bytes(name, 300 << 10)).wait().unwrap());
    }
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let (value, switches) = Fickle::new(5);
    let (pool, asked) = (world.pool.clone(), Arc::new(Mutex::new(None)));
    let answer = Arc::clone(&asked);
    *switches.while_encoding.lock().unwrap() = Some(Box::new(move || {
        let rejected = pool.insert(bytes(9, 300 << 10)).wait().unwrap_err();
        *answer.lock().unwrap() = Some(rejected.error.kind());
    }));
    let handle = world.pool.insert(value).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    assert_eq!(*asked.lock().unwrap(), Some(ErrorKind::Busy));
    drop(guards);
}

#[test]
fn a_panicking_clone_leaves_the_original() {
    let world = World::new();
    let (value, switches) = Fickle::new(5);
    let mut handle = world.pool.insert(value).wait().unwrap();
    let other = handle.clone();
    switches.clone_panics.store(1, Ordering::Release);
    assert_eq!(handle.make_mut().wait().unwrap_err().kind(), ErrorKind::Refused);
    assert!(handle.ptr_eq(&other));
    handle.make_mut().wait().unwrap().number = 6;
    assert_eq!((handle.get().wait().unwrap().number, other.get().wait().unwrap().number), (6, 5));
}

#[test]
fn a_change_that_ends_in_a_panic_gives_the_value_back() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 100)).wait().unwrap();
    let change = std::panic::AssertUnwindSafe(|| {
        let mut guard = handle.get_mut().wait().unwrap();
        guard[0] = 9;
        panic!("in the middle of a change");
    });
    assert!(std::panic::catch_unwind(change).is_err());
    assert_eq!(handle.get().wait().unwrap()[0], 9);
    assert!(handle.evict().wait().unwrap());
}

#[derive(Debug)]
struct Panicking;

impl Watcher for Panicking {
    fn on(&self, _event: &Event) {
        panic!("the watcher panics");
    }
}

#[test]
fn a_panicking_watcher_harms_nothing() {
    let world = World::with(ByteSize::mib(1), |builder| builder.watch(Panicking));
    let handle = world.pool.insert(bytes(3, 100)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 100));
}

#[derive(Clone, Debug, Default)]
struct FailedWrites(Arc<AtomicU32>);

impl Watcher for FailedWrites {
    fn on(&self, event: &Event) {
        let is_one = matches!(event, Event::WriteFailed { .. });
        self.0.fetch_add(u32::from(is_one), Ordering::AcqRel);
    }
}

#[test]
fn a_panicking_drop_of_what_was_being_written_is_no_failed_write() {
    let failed = FailedWrites::default();
    let heard = failed.clone();
    let world = World::build(ByteSize::mib(1), true, |builder| builder.watch(heard));
    let (value, switches) = Fickle::new(5);
    let handle = world.pool.insert(value).wait().unwrap();
    let mut saved = handle.write_now();
    assert!(poll(&mut saved).is_none());
    let handle = Arc::new(Mutex::new(handle));
    let replacing = Arc::clone(&handle);
    *switches.while_encoding.lock().unwrap() = Some(Box::new(move || {
        replacing.lock().unwrap().replace(Fickle::new(6).0).wait().unwrap();
    }));
    switches.drop_panics.store(1, Ordering::Release);
    world.jobs.run();
    saved.wait().unwrap();
    assert_eq!(switches.drop_panics.load(Ordering::Acquire), 0);
    assert_eq!(failed.0.load(Ordering::Acquire), 0);
}

#[test]
fn a_panicking_drop_of_the_last_guard_stays_in_the_pool() {
    let world = World::new();
    let (value, switches) = Fickle::new(5);
    let handle = world.pool.insert(value).wait().unwrap();
    let guard = handle.get().wait().unwrap();
    drop(handle);
    switches.drop_panics.store(1, Ordering::Release);
    drop(guard);
    assert_eq!(switches.drop_panics.load(Ordering::Acquire), 0);
}

/// Asks its own pool for room when nobody can leave.
#[derive(Clone, Debug, Default)]
struct Asking {
    pool: Arc<Mutex<Option<Pool>>>,
    was_answered: Arc<Mutex<Option<bool>>>,
}

impl Watcher for Asking {
    fn on(&self, event: &Event) {
        if let Event::Stuck(_) = event
            && let Some(pool) = self.pool.lock().unwrap().take()
        {
            let offer = pool.insert(bytes(9, 300 << 10));
            *self.was_answered.lock().unwrap() = Some(offer.is_ready());
        }
    }
}

#[test]
fn a_watcher_that_asks_for_room_while_the_pool_presses_is_not_kept_waiting() {
    let asking = Asking::default();
    let watcher = asking.clone();
    let world = World::with(ByteSize::mib(1), |builder| builder.watch(watcher));
    *asking.pool.lock().unwrap() = Some(world.pool.clone());
    let held: Vec<_> =
        (0..3).map(|name| world.pool.insert(bytes(name, 300 << 10)).wait().unwrap()).collect();
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    drop(world.pool.insert(bytes(4, 300 << 10)));
    assert_eq!(*asking.was_answered.lock().unwrap(), Some(true));
    drop(guards);
}

/// Its codec panics when it is asked who it is.
#[derive(Debug)]
struct Nameless(u8);

struct Forgetful;

static HAS_FORGOTTEN: AtomicBool = AtomicBool::new(false);

impl BlobCodec<Nameless> for Forgetful {
    fn id(&self) -> u16 {
        assert!(!HAS_FORGOTTEN.load(Ordering::Acquire), "the codec has forgotten who it is");
        1001
    }

    fn name(&self) -> &'static str {
        "forgetful"
    }

    fn encode(&self, value: &Nameless, out: &mut dyn Sink) -> Result<()> {
        out.put(&[value.0])
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<Nameless>) -> Result<Nameless> {
        let mut byte = [0];
        from.fill(&mut byte)?;
        Ok(Nameless(byte[0]))
    }
}

impl Object for Nameless {
    const NAME: &'static str = "nameless";
    const CODEC: &'static dyn BlobCodec<Self> = &Forgetful;

    fn heap_bytes(&self) -> usize {
        0
    }
}

#[test]
fn a_codec_that_panics_before_it_reads_fails_that_load_only() {
    let world = World::new();
    let handle = world.pool.insert(Nameless(7)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    HAS_FORGOTTEN.store(true, Ordering::Release);
    assert_eq!(handle.get().wait().unwrap_err().kind(), ErrorKind::Refused);
    HAS_FORGOTTEN.store(false, Ordering::Release);
    assert_eq!(handle.get().wait().unwrap().0, 7);
}

/// Says of itself that it is as large as it likes.
#[derive(Debug)]
struct Boastful(usize);

impl Object for Boastful {
    const NAME: &'static str = "boastful";
    const CODEC: &'static dyn BlobCodec<Self> = &Empty;

    fn heap_bytes(&self) -> usize {
        self.0
    }
}

struct Empty;

impl BlobCodec<Boastful> for Empty {
    fn id(&self) -> u16 {
        1002
    }

    fn name(&self) -> &'static str {
        "empty"
    }

    fn encode(&self, _value: &Boastful, _out: &mut dyn Sink) -> Result<()> {
        Ok(())
    }

    fn decode(&self, _from: &mut dyn Source, _scrap: Option<Boastful>) -> Result<Boastful> {
        Ok(Boastful(0))
    }
}

#[test]
fn values_that_claim_absurd_sizes_do_not_overflow_the_books() {
    let world = World::stepped();
    let mut objects = [0, 0].map(|heap| world.pool.insert(Boastful(heap)).wait().unwrap());
    for handle in &mut objects {
        handle.get_mut().wait().unwrap().0 = usize::MAX;
    }
    let stats = world.pool.stats();
    assert!(stats.resident > stats.budget);
    drop(objects);
    world.jobs.run();
    assert_eq!(world.pool.stats().resident.as_bytes(), 0);
    drop(world.pool.insert(bytes(1, 1000)).wait().unwrap());
}

#[test]
fn a_panicking_drop_of_a_copy_that_was_not_admitted_stays_in_the_pool() {
    let world = World::with(ByteSize::mib(1), |builder| builder.objects_max(1));
    let (value, switches) = Fickle::new(5);
    let mut handle = world.pool.insert(value).wait().unwrap();
    let other = handle.clone();
    switches.drop_panics.store(1, Ordering::Release);
    assert_eq!(handle.make_mut().wait().unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!(switches.drop_panics.load(Ordering::Acquire), 0);
    assert!(handle.ptr_eq(&other));
}

#[test]
fn code_in_the_only_read_place_that_changes_another_object_is_answered_at_once() {
    let world = World::build(ByteSize::mib(1), true, |builder| builder.lanes(1, 1));
    let away = world.pool.insert(bytes(1, 300 << 10)).wait().unwrap();
    assert!(away.evict().wait().unwrap());
    let other = Mutex::new(world.pool.insert(bytes(2, 300 << 10)).wait().unwrap());
    let looked_at = other.lock().unwrap().get().wait().unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let outcome = Arc::clone(&heard);
    world.medium.during(move |call| {
        if call != Call::Reading {
            return;
        }
        let mut other = other.lock().unwrap();
        let mut replacing = other.replace(bytes(3, 600 << 10));
        // The first begins it.
        let answer = poll(&mut replacing).or_else(|| poll(&mut replacing));
        outcome.lock().unwrap().push(answer.map(|answer| answer.err().map(|error| error.kind())));
    });
    drop(away.get().wait().unwrap());
    world.medium.undisturbed();
    assert_eq!(*heard.lock().unwrap(), [Some(Some(ErrorKind::Busy))]);
    drop(looked_at);
}
