//! Going through all keys: the store's pages with what memory knows better laid over them.

use forebay_cache::{Cache, Settings};
use forebay_store::WallTime;
use forebay_store::fault::{ApplyFault, WriteFault};
use forebay_store::seam::Clock;

use crate::rig::{HOUR, Rig, SECOND, answered};

/// All entries, by key. One that is not stored may come twice, with the same value.
fn all(cache: &Cache<&'static str, u64>, limit: usize) -> Vec<(&'static str, u64)> {
    let (mut entries, mut cursor) = (Vec::new(), None);
    loop {
        let page = answered(cache.scan(cursor, limit)).unwrap();
        entries.extend(page.entries);
        cursor = page.next;
        if cursor.is_none() {
            entries.sort_unstable();
            entries.dedup();
            return entries;
        }
    }
}

#[test]
fn a_scan_shows_what_was_not_stored_before_it() {
    let rig = Rig::behind();
    rig.store.insert("a", 1);
    answered(rig.cache.put("b", 2)).unwrap();
    answered(rig.cache.put("c", 3)).unwrap();
    answered(rig.cache.delete("c")).unwrap();
    for limit in [1, 2, 100] {
        assert_eq!(all(&rig.cache, limit), [("a", 1), ("b", 2)]);
    }
    assert_eq!(answered(rig.cache.count()).unwrap(), 2);
}

#[test]
fn a_scan_shows_the_newest_value_and_no_deleted_key_when_they_cannot_be_stored() {
    let rig = Rig::behind();
    for key in ["a", "b", "c"] {
        rig.store.insert(key, 1);
    }
    answered(rig.cache.put("a", 2)).unwrap();
    answered(rig.cache.delete("b")).unwrap();
    rig.script.fail_applies(1000, ApplyFault::Each(WriteFault::Retry));
    for limit in [1, 2, 100] {
        assert_eq!(all(&rig.cache, limit), [("a", 2), ("c", 1)]);
    }
    answered(rig.cache.count()).unwrap_err();
}

#[test]
fn a_scan_shows_what_the_store_refused() {
    let rig = Rig::behind();
    rig.store.insert("a", 1);
    for key in ["a", "b"] {
        rig.script.refuse(key);
        answered(rig.cache.put(key, 2)).unwrap();
    }
    for limit in [1, 100] {
        assert_eq!(all(&rig.cache, limit), [("a", 2), ("b", 2)]);
    }
}

#[test]
fn a_scan_shows_a_new_key_that_cannot_be_stored_yet() {
    let rig = Rig::behind();
    rig.store.insert("a", 1);
    answered(rig.cache.put("b", 2)).unwrap();
    rig.script.fail_applies(1000, ApplyFault::Each(WriteFault::Retry));
    assert_eq!(all(&rig.cache, 10), [("a", 1), ("b", 2)]);
}

#[test]
fn a_scan_shows_a_key_whose_write_is_refused_between_its_pages() {
    let rig = Rig::behind();
    for key in ["a", "b", "c"] {
        rig.store.insert(key, 1);
    }
    let first = answered(rig.cache.scan(None, 1)).unwrap();
    assert_eq!(first.entries, [("a", 1)]);
    rig.script.refuse("c");
    answered(rig.cache.put("c", 2)).unwrap();
    answered(rig.cache.flush()).unwrap_err();
    let second = answered(rig.cache.scan(first.next, 9)).unwrap();
    assert_eq!(second.entries, [("b", 1), ("c", 2)]);
}

#[test]
fn what_is_written_during_a_scan_is_shown_newest() {
    let rig =
        Rig::open(|it| it.write_behind(Settings { flush_delay: HOUR, ..Settings::default() }));
    for key in ["a", "b", "c"] {
        rig.store.insert(key, 1);
    }
    let first = answered(rig.cache.scan(None, 1)).unwrap();
    assert_eq!(first.entries, [("a", 1)]);
    answered(rig.cache.put("b", 2)).unwrap();
    answered(rig.cache.delete("c")).unwrap();
    let second = answered(rig.cache.scan(first.next, 9)).unwrap();
    assert_eq!(second.entries, [("b", 2)]);
    assert!(second.next.is_none());
}

#[test]
fn a_scan_hides_what_has_expired() {
    let rig = Rig::open(|it| it.expire_with(|_, value| Some(WallTime(*value))));
    let now = rig.clock.wall().0;
    rig.store.insert("old", now + 1000);
    rig.store.insert("new", now + 5000);
    rig.clock.advance(SECOND);
    assert_eq!(all(&rig.cache, 9), [("new", now + 5000)]);
}

#[test]
fn a_scan_hides_an_expired_value_that_the_store_refused() {
    let rig = Rig::open(|it| {
        it.write_behind(Settings::default()).expire_with(|_, value| Some(WallTime(*value)))
    });
    rig.script.refuse("a");
    answered(rig.cache.put("a", rig.clock.wall().0 + 500)).unwrap();
    answered(rig.cache.flush()).unwrap_err();
    rig.clock.advance(SECOND);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
    assert!(all(&rig.cache, 9).is_empty());
}

#[test]
fn a_clear_deletes_every_key_wherever_it_is() {
    let rig = Rig::behind();
    rig.store.insert("stored", 1);
    answered(rig.cache.put("unstored", 1)).unwrap();
    rig.script.refuse("refused");
    answered(rig.cache.put("refused", 1)).unwrap();
    answered(rig.cache.flush()).unwrap_err();
    rig.script.accept(&"refused");
    assert_eq!(answered(rig.cache.clear()).unwrap(), 3);
    assert!(rig.store.is_empty() && rig.cache.quarantined().is_empty());
    assert_eq!(answered(rig.cache.get(&"refused")).unwrap(), None);
}
