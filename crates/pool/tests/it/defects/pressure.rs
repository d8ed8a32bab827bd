//! More comes than the medium takes.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use forebay_pool::fault::{Call, Scripted};
use forebay_pool::{ByteSize, Pool};
use forebay_store::sync::atomic::{AtomicU64, Ordering};

use crate::budget::{SIZE, room_for, used};
use crate::rig::{World, bytes};
use crate::slot::poll;

const INSERTERS: u8 = 8;
const EACH: u8 = 30;

/// A pool with real threads, to which eight insert six times as much as it may have.
#[test]
fn f01_a_medium_that_is_slower_than_its_users_costs_neither_bytes_nor_threads() {
    let medium = Scripted::default();
    let memory = ByteSize::kib(800);
    let pool = Pool::builder().memory(memory).spill(medium.clone()).build().unwrap();
    let (writing, writers, taken) = <(Arc<AtomicU64>, Arc<AtomicU64>, Arc<AtomicU64>)>::default();
    medium.during({
        let (pool, writers, taken) = (pool.clone(), Arc::clone(&writers), Arc::clone(&taken));
        move |call| {
            taken.fetch_max(used(&pool.stats()), Ordering::AcqRel);
            if call == Call::Put {
                writers.fetch_max(1 + writing.fetch_add(1, Ordering::AcqRel), Ordering::AcqRel);
                (0..100).for_each(|_| std::thread::yield_now());
                writing.fetch_sub(1, Ordering::AcqRel);
            }
        }
    });
    let insert = |name| pool.insert(bytes(name, SIZE)).wait().unwrap();
    let handles: Vec<_> = std::thread::scope(|scope| {
        let start = |first: u8| {
            scope.spawn(move || (0..EACH).map(|name| insert(first * EACH + name)).collect())
        };
        let threads: Vec<_> = (0..INSERTERS).map(start).collect();
        threads.into_iter().flat_map(|thread| -> Vec<_> { thread.join().unwrap() }).collect()
    });
    for (name, handle) in (0..).zip(&handles) {
        assert_eq!(*handle.get().wait().unwrap(), bytes(name, SIZE));
    }
    medium.undisturbed();
    // A slot is counted when its value has room.
    let bound = memory.as_bytes() + u64::from(INSERTERS) * 704;
    let taken = taken.load(Ordering::Acquire);
    assert!(taken <= bound, "{taken} of {bound} were taken");
    assert!(writers.load(Ordering::Acquire) <= 2, "two write, whoever waits");
}

/// Those who asked have gone while it was read.
#[test]
fn loads_that_nobody_waits_for_any_more_leave_nothing_that_cannot_leave() {
    let world = World::build(room_for(4), true, |builder| builder);
    let insert = |name| {
        let handle = world.pool.insert(bytes(name, SIZE)).wait().unwrap();
        assert!(handle.evict().wait().unwrap());
        handle
    };
    let handles: Vec<_> = (0..12).map(insert).collect();
    let asked = Arc::new(Mutex::new(None));
    let leaves = Arc::clone(&asked);
    world.medium.during(move |call| {
        if call == Call::Read {
            let left = leaves.lock().unwrap().take();
            drop(left);
        }
    });
    for handle in &handles {
        let mut get = handle.get();
        assert!(poll(&mut get).is_none());
        *asked.lock().unwrap() = Some(get);
        world.jobs.run();
        assert!(asked.lock().unwrap().is_none(), "it was read, and nobody waited");
    }
    world.medium.undisturbed();
    let stats = world.pool.stats();
    assert_eq!(stats.loading, ByteSize::bytes(0));
    assert!(used(&stats) <= stats.budget.as_bytes(), "{stats:?}");
    let all_of_it: Vec<_> =
        handles[..4].iter().map(|handle| handle.get().wait().unwrap()).collect();
    assert_eq!(all_of_it.len(), 4, "as much as there is room for");
}

/// Each write waits until all are under way: a lock that is held meanwhile would stop the second.
#[test]
fn f23_thirty_two_objects_are_written_at_once() {
    const WRITES: u8 = 32;
    let medium = Scripted::default();
    let lanes = usize::from(WRITES);
    let pool = Pool::builder().memory(ByteSize::mib(64)).lanes(1, lanes).spill(medium.clone());
    let pool = pool.build().unwrap();
    // How many there are, and whether somebody has waited for them in vain.
    let all = Arc::new((Mutex::new((0, false)), Condvar::new()));
    let here = Arc::clone(&all);
    medium.during(move |call| {
        if call == Call::Begin {
            let mut desk = here.0.lock().unwrap();
            desk.0 += 1;
            here.1.notify_all();
            let is_alone = |desk: &mut (u8, bool)| desk.0 < WRITES && !desk.1;
            let waited = here.1.wait_timeout_while(desk, Duration::from_secs(20), is_alone);
            let (mut desk, limit) = waited.unwrap();
            desk.1 |= limit.timed_out();
        }
    });
    let insert = |name| pool.insert(bytes(name, 1000)).wait().unwrap();
    let handles: Vec<_> = (0..WRITES).map(insert).collect();
    std::thread::scope(|scope| {
        for handle in &handles {
            scope.spawn(|| handle.write_now().wait().unwrap());
        }
    });
    medium.undisturbed();
    assert_eq!(*all.0.lock().unwrap(), (WRITES, false));
}
