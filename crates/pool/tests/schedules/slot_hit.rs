//! Hits that take no lock, beside steps of their object.

use forebay_pool::ErrorKind;

use super::slot::value;
use super::world::{World, explore, together};

#[test]
fn an_object_is_in_memory_while_somebody_looks_at_it() {
    explore(|| {
        let world = World::new();
        let handle = world.pool.insert(value(1)).wait().unwrap();
        handle.write_now().wait().unwrap();
        let (looker, evicter) = (handle.clone(), handle.clone());
        together(vec![
            Box::new(move || {
                for _ in 0..3 {
                    if let Some(guard) = looker.try_get() {
                        assert!(looker.is_resident(), "evicted under a guard");
                        assert_eq!(*guard, value(1));
                    }
                }
            }),
            Box::new(move || {
                evicter.evict().wait().unwrap();
            }),
        ]);
        drop(handle);
        world.check();
    });
}

#[test]
fn a_value_is_changed_while_nobody_looks_at_it() {
    explore(|| {
        let world = World::new();
        let mut handle = world.pool.insert(value(1)).wait().unwrap();
        handle.write_now().wait().unwrap();
        let weak = handle.downgrade();
        let look = move || {
            for _ in 0..2 {
                let Some(looker) = weak.upgrade() else { return };
                let guard = looker.try_get();
                drop(looker);
                // It may be looked at when the handle that it came from is gone.
                if let Some(guard) = guard {
                    let first = guard[0];
                    shuttle::thread::yield_now();
                    assert_eq!(*guard, value(first));
                }
            }
        };
        together(vec![
            Box::new(look),
            Box::new(move || match handle.get_mut().wait() {
                Ok(mut guard) => {
                    for byte in guard.iter_mut() {
                        *byte = 2;
                    }
                }
                Err(error) => {
                    assert!(matches!(error.kind(), ErrorKind::Busy | ErrorKind::Refused));
                }
            }),
        ]);
        world.check();
    });
}

#[test]
fn a_hit_beside_replacement_reads_the_old_value_or_the_new_one() {
    explore(|| {
        let world = World::new();
        let mut handle = world.pool.insert(value(1)).wait().unwrap();
        handle.write_now().wait().unwrap();
        let weak = handle.downgrade();
        together(vec![
            Box::new(move || {
                let Some(looker) = weak.upgrade() else { return };
                let seen = [0; 2].map(|_| looker.try_get().map(|guard| guard[0]));
                assert!(seen != [Some(2), Some(1)], "a newer value was seen before");
            }),
            Box::new(move || {
                handle.replace(value(2)).wait().unwrap();
                assert_eq!(handle.try_get().map(|guard| guard[0]), Some(2));
            }),
        ]);
        world.check();
    });
}
