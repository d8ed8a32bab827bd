//! A watch beside writers.

use std::collections::BTreeMap;

use forebay_state::State;

use crate::shop::Shop;

#[test]
fn a_view_and_its_watch_have_every_change_once_whenever_they_begin() {
    let state = State::<Shop>::memory();
    let writers = 3_u64;
    let each = 2_000_u64;
    std::thread::scope(|scope| {
        for writer in 0..writers {
            let state = state.clone();
            scope.spawn(move || {
                for at in 0..each {
                    state
                        .write(|tx| tx.orders.put(at % 50 + writer * 25, format!("{writer} {at}")))
                        .unwrap();
                }
                state.write(|tx| tx.users.put(format!("done {writer}"), 1)).unwrap();
            });
        }
        for _ in 0..4 {
            scope.spawn(|| {
                let (view, mut watch) = state.watch(Shop::ORDERS).begin().unwrap();
                let mut orders: BTreeMap<u64, String> =
                    view.orders.iter().map(|(key, value)| (*key, value.clone())).collect();
                let mut seen = view.revision();
                let last = writers * (each + 1);
                drop(view);
                while state.revision().0 < last || watch.seen().0 < last {
                    // The last transaction of all may change no orders.
                    watch.ready().wait().unwrap();
                    while let Some(batch) = watch.try_next().unwrap() {
                        assert!(batch.revision > seen, "once, and in order");
                        seen = batch.revision;
                        for change in &batch.changes {
                            orders.insert(*change.key(), change.value().unwrap().clone());
                        }
                    }
                }
                assert!(state.read().orders.iter().eq(&orders));
            });
        }
    });
}
