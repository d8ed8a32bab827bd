//! Who gives way, under the schedule explorer.

use std::sync::Arc;

use forebay_store::sync::atomic::{AtomicU64, Ordering};
use shuttle::thread;

use super::Flight;

#[test]
fn who_gives_way_comes_on_when_the_sync_is_over_that_he_has_found() {
    shuttle::check_random(
        || {
            let flight = Arc::<Flight>::default();
            let (begun, over) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
            let syncs = {
                let (flight, begun, over) =
                    (Arc::clone(&flight), Arc::clone(&begun), Arc::clone(&over));
                thread::spawn(move || {
                    for number in 1..=3 {
                        let flying = flight.begin();
                        begun.store(number, Ordering::SeqCst);
                        thread::yield_now();
                        over.store(number, Ordering::SeqCst);
                        drop(flying);
                    }
                })
            };
            for _ in 0..2 {
                let found = begun.load(Ordering::SeqCst);
                flight.give_way();
                assert!(over.load(Ordering::SeqCst) >= found, "it is not over");
            }
            syncs.join().unwrap();
        },
        2000,
    );
}
