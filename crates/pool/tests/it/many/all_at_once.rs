//! Many objects are read at once.

use std::sync::Arc;
use std::time::Duration;

use forebay_pool::fault::{Call, Fault};
use forebay_pool::{ByteSize, Error, ErrorKind, Handle};

use forebay_store::sync::Mutex;

use crate::rig::{World, bytes};
use crate::slot::poll;

fn objects(world: &World, count: u8, length: usize) -> Vec<Handle<Vec<u8>>> {
    (0..count).map(|name| world.pool.insert(bytes(name, length)).wait().unwrap()).collect()
}

#[test]
fn all_are_there_in_their_order_wherever_they_were() {
    for is_stepped in [false, true] {
        let world = World::build(ByteSize::mib(1), is_stepped, |builder| builder);
        let mut handles = objects(&world, 6, 100);
        for handle in &handles[2..4] {
            assert!(handle.evict().wait().unwrap());
        }
        handles.push(handles[2].clone());
        let guards = world.pool.get_many(&handles).wait().unwrap();
        let names: Vec<_> = guards.iter().map(|guard| guard[0]).collect();
        assert_eq!(names, [0, 1, 2, 3, 4, 5, 2].map(|name| bytes(name, 1)[0]));
        assert!(guards[2].ptr_eq(&guards[6]));
        assert_eq!(world.medium.count(Call::Reading), 2);
    }
}

#[test]
fn one_that_fails_leaves_none() {
    let world = World::new();
    let handles = objects(&world, 4, 100);
    assert!(handles[1].evict().wait().unwrap() && handles[2].evict().wait().unwrap());
    let fault = Fault::Error(Error::unavailable("the disk is gone"));
    world.medium.succeed(Call::Reading, 1);
    world.medium.fail(Call::Reading, 1, &fault);
    let error = world.pool.get_many(&handles).wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    for handle in &handles {
        assert!(handle.evict().wait().unwrap(), "no guard is left");
    }
}

#[test]
fn more_than_the_budget_is_refused_at_once() {
    let world = World::with(ByteSize::kib(512), |builder| builder);
    let handles: Vec<_> = (0..6u8)
        .map(|name| {
            let handle = world.pool.insert(bytes(name, 100 << 10)).wait().unwrap();
            assert!(handle.evict().wait().unwrap());
            handle
        })
        .collect();
    assert_eq!(world.pool.get_many(&handles).wait().unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(world.pool.get_many(&handles[..4]).wait().unwrap().len(), 4);
}

#[test]
fn what_is_lent_is_waited_for_while_nothing_is_held() {
    let world = World::new();
    let mut handles = objects(&world, 3, 100);
    let other = handles[1].downgrade();
    assert!(handles[0].evict().wait().unwrap());
    let mut lent = handles.remove(1);
    let mut guard = lent.get_mut().wait().unwrap();
    handles.push(other.upgrade().unwrap());
    let mut many = world.pool.get_many(&handles);
    assert!(poll(&mut many).is_none());
    assert!(handles[1].evict().wait().unwrap(), "nobody looks at it meanwhile");
    guard[0] = 77;
    drop(guard);
    let guards = poll(&mut many).unwrap().unwrap();
    assert_eq!(guards[2][0], 77);
}

#[test]
fn it_takes_part_in_a_load_that_is_under_way() {
    let world = World::stepped();
    let handles = objects(&world, 2, 100);
    assert!(handles[0].evict().wait().unwrap());
    let mut get = handles[0].get();
    assert!(poll(&mut get).is_none());
    let guards = world.pool.get_many(&handles).wait().unwrap();
    assert!(poll(&mut get).unwrap().unwrap().ptr_eq(&guards[0]));
    assert_eq!(world.medium.count(Call::Reading), 1);
}

#[test]
fn one_that_is_larger_than_the_budget_is_read_alone_as_by_get() {
    let world = World::new();
    let insert = |name, kib: usize| {
        let handle = world.pool.insert(bytes(name, kib << 10)).wait().unwrap();
        assert!(handle.evict().wait().unwrap());
        handle
    };
    let (large, small) = (insert(1, 800), insert(2, 1));
    world.pool.set_memory(ByteSize::kib(500)).wait().unwrap();
    let guards = world.pool.get_many(&[large.clone(), large.clone()]).wait().unwrap();
    assert!(guards[0].ptr_eq(&guards[1]));
    assert_eq!(*guards[0], bytes(1, 800 << 10));
    drop(guards);
    assert!(large.evict().wait().unwrap());
    let both = world.pool.get_many(&[large, small]).wait();
    assert_eq!(both.unwrap_err().kind(), ErrorKind::Refused);
}

#[test]
fn who_waits_in_vain_hears_so_although_every_read_is_held_up() {
    let world = World::build(ByteSize::mib(1), true, |builder| builder.lanes(1, 1));
    let away = objects(&world, 3, 300 << 10);
    for handle in &away {
        assert!(handle.evict().wait().unwrap());
    }
    let here = objects(&world, 1, 400 << 10);
    let _guard = here[0].get().wait().unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (pool, clock, jobs) = (world.pool.clone(), Arc::clone(&world.clock), world.jobs.clone());
    let (two, outcome) = (away[1..].to_vec(), Arc::clone(&heard));
    world.medium.during(move |call| {
        if call != Call::Reading {
            return;
        }
        // On a thread of its own, as this one is the medium's.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut many = pool.get_many(&two);
                let first = poll(&mut many).is_some();
                clock.advance(Duration::from_secs(31));
                jobs.run();
                let kind = poll(&mut many).map(|many| many.err().map(|error| error.kind()));
                outcome.lock().push((first, kind));
            });
        });
    });
    drop(away[0].get().wait().unwrap());
    world.medium.undisturbed();
    assert_eq!(*heard.lock(), [(false, Some(Some(ErrorKind::Busy)))]);
}
