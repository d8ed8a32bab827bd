//! The end of a cache: a close that tells the truth (G12), and a drop that loses nothing while the
//! process lives.

use forebay_cache::{NotStored, Settings, Write};
use forebay_store::{Durability, ErrorKind};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

fn ten() -> Rig<u64> {
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    let rig = Rig::open(|builder| builder.write_behind(settings));
    for key in 0..10 {
        answered(rig.cache.put(key, key)).unwrap();
    }
    rig
}

// W6
#[test]
fn what_is_dirty_is_stored_when_the_last_handle_is_dropped() {
    let Rig { cache, store, .. } = ten();
    let clone = cache.clone();
    drop(cache);
    assert!(store.is_empty(), "a clone is left");
    drop(clone);
    assert_eq!(store.len(), 10);
}

// W6
#[test]
fn a_store_that_is_down_at_the_drop_gets_everything_when_it_is_back() {
    let Rig { cache, store, script, clock } = ten();
    script.go_down();
    drop(cache);
    clock.advance(HOUR);
    assert!(store.is_empty());
    script.come_back();
    clock.advance(Settings::default().retry_delay_max);
    assert_eq!(store.len(), 10);
}

// W6
#[test]
fn a_close_stores_what_is_dirty_and_says_how_much_that_was() {
    let rig = ten();
    let report = answered(rig.cache.close(SECOND)).unwrap();
    assert_eq!((report.stored, report.left, report.quarantined), (10, 0, 0));
    assert!(report.is_clean(), "{report}");
    assert_eq!(rig.store.len(), 10);
}

// W6
#[test]
fn a_close_in_vain_counts_what_is_left_and_another_goes_on() {
    let rig = ten();
    rig.script.go_down();
    let close = rig.cache.close(SECOND);
    assert!(!close.is_ready());
    rig.clock.advance(SECOND);
    let report = answered(close).unwrap();
    assert_eq!((report.stored, report.left), (0, 10));
    assert!(!report.is_clean(), "{report}");

    rig.script.come_back();
    rig.clock.advance(HOUR);
    assert!(rig.store.is_empty(), "nothing is stored behind the report's back");
    let report = answered(rig.cache.close(SECOND)).unwrap();
    assert_eq!((report.stored, report.left), (10, 0));
    assert!(report.is_clean(), "{report}");
    assert_eq!(rig.store.len(), 10);
}

#[test]
fn a_close_counts_what_the_store_refused() {
    let rig = ten();
    rig.script.refuse(3);
    let report = answered(rig.cache.close(SECOND)).unwrap();
    assert_eq!((report.stored, report.left, report.quarantined), (9, 0, 1));
    assert!(!report.is_clean(), "{report}");
}

#[test]
fn a_close_counts_the_writes_that_the_store_does_not_answer() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    let through = rig.cache.put_with("b", 1, Write::Through);
    let of_b = rig.held.next_apply();
    let close = rig.cache.close(SECOND);
    rig.clock.advance(SECOND);
    let report = answered(close).unwrap();
    assert_eq!((report.left, report.unanswered), (1, 1));
    assert!(!through.is_ready());
    of_b.pass();
    answered(through).unwrap();
}

#[test]
fn a_closed_cache_refuses_what_is_new() {
    let rig = Rig::behind();
    assert!(answered(rig.cache.close(SECOND)).unwrap().is_clean());
    let closed = [
        answered(rig.cache.put("a", 1)).map(drop),
        answered(rig.cache.put_with("a", 1, Write::Through)).map(drop),
        answered(rig.cache.delete("a")).map(drop),
        answered(rig.cache.update(&"a", |value| *value += 1)).map(drop),
        answered(rig.cache.get(&"a")).map(drop),
    ];
    for result in closed {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Closed);
    }
    assert!(rig.store.is_empty());
}

#[test]
fn writers_who_wait_are_told_of_the_close() {
    let settings = Settings { dirty_entries_max: 1, ..Settings::default() };
    let rig = HeldRig::open(|builder| builder.write_behind(settings));
    answered(rig.cache.put("a", 1)).unwrap();
    let waiting = rig.cache.put("b", 1);
    let stored = rig.cache.put_with("a", 2, Write::Behind(Durability::Stored));
    let close = rig.cache.close(SECOND);
    assert_eq!(answered(waiting).unwrap_err().kind(), ErrorKind::Closed);

    rig.clock.advance(SECOND);
    assert_eq!(answered(close).unwrap().left, 1);
    // Not `Closed`, which would say that nothing has happened.
    let error = answered(stored).unwrap_err();
    assert_eq!((error.kind(), NotStored::is_behind(&error)), (ErrorKind::Unknown, true));
}

#[test]
fn a_receipt_is_told_when_the_close_gives_its_write_up() {
    let rig = ten();
    let receipt = answered(rig.cache.put(11, 11)).unwrap();
    rig.script.go_down();
    let stored = receipt.stored();
    let close = rig.cache.close(SECOND);
    rig.clock.advance(SECOND);
    assert!(!answered(close).unwrap().is_clean());
    assert_eq!(answered(stored).unwrap_err().kind(), ErrorKind::Closed);
}
