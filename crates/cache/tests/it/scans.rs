//! Going through all keys: the store's pages with what memory knows better laid over them.

use forebay_cache::{Cache, Receipt, Settings};
use forebay_store::fault::{ApplyFault, HeldApply, WriteFault};
use forebay_store::seam::Clock;
use forebay_store::{BlockingStore, Op, Outcome, Result, WallTime};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

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

/// A delete of `key`, resident and stored, that the store has done without having said so.
struct Landed {
    delete: Op<Receipt>,
    apply: HeldApply<&'static str, u64>,
    answer: Result<Vec<Outcome>>,
}

impl Landed {
    fn delete(rig: &HeldRig, key: &'static str) -> Self {
        let get = rig.cache.get(&key);
        rig.held.next_load().pass();
        assert!(answered(get).unwrap().is_some());
        let delete = rig.cache.delete(key);
        let apply = rig.held.next_apply();
        let answer = rig.store.apply(&apply.batch);
        assert_eq!(rig.store.get(&key), None);
        Self { delete, apply, answer }
    }

    fn answer(self) {
        self.apply.answer(self.answer);
        answered(self.delete).unwrap();
    }
}

#[test]
fn a_scan_shows_a_value_whose_delete_the_store_has_and_nobody_knows() {
    for limit in [1, 2, 100] {
        let rig = HeldRig::through();
        for key in ["a", "b", "c"] {
            rig.store.insert(key, 1);
        }
        let landed = Landed::delete(&rig, "b");
        assert_eq!(answered(rig.cache.get(&"b")).unwrap(), Some(1), "a get finds it still");
        assert_eq!(all(&rig.cache, limit), [("a", 1), ("b", 1), ("c", 1)]);
        landed.answer();
        assert_eq!(all(&rig.cache, limit), [("a", 1), ("c", 1)]);
    }
}

#[test]
fn nothing_is_found_after_a_clear_though_another_delete_was_under_way() {
    let rig = HeldRig::through();
    rig.store.insert("a", 1);
    let landed = Landed::delete(&rig, "a");
    let clear = rig.cache.clear();
    let found = answered(rig.cache.get(&"a")).unwrap();
    assert!(!clear.is_ready() || found.is_none(), "the clear has ended, and {found:?} is found");
    landed.answer();
    rig.held.next_apply().pass();
    assert_eq!(answered(clear).unwrap(), 1);
    let get = rig.cache.get(&"a");
    rig.held.next_load().pass();
    assert_eq!(answered(get).unwrap(), None);
}
