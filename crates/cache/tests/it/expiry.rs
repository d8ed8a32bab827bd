//! Time to live: it hides a value and never keeps one from being stored (G10).

use forebay_cache::Settings;
use forebay_store::seam::Clock;
use forebay_store::{Edit, WallTime};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

/// A cache whose values are the dates at which they are over.
fn expiring(settings: Settings) -> HeldRig {
    HeldRig::open(|it| it.write_behind(settings).expire_with(|_, value| Some(WallTime(*value))))
}

// W15
#[test]
fn an_expired_value_that_is_not_stored_yet_is_hidden_and_stored_all_the_same() {
    let rig = expiring(Settings { flush_delay: HOUR, ..Settings::default() });
    let over = rig.clock.wall().0 + 1000;
    answered(rig.cache.put("a", over)).unwrap();
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(over));
    rig.clock.advance(SECOND);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
    assert_eq!(rig.cache.peek(&"a"), None);
    assert!(rig.cache.is_dirty(&"a"));

    let flush = rig.cache.flush();
    let apply = rig.held.next_apply();
    let put = Edit::Put { value: over, expires_at: Some(WallTime(over)) };
    assert_eq!(apply.batch.ops[0].edit, put);
    apply.pass();
    answered(flush).unwrap();
    assert_eq!(rig.store.stats().puts_stored, 1);
}

// N8
#[test]
fn an_expired_clean_value_is_not_served_and_the_store_is_asked() {
    let rig = Rig::open(|it| it.expire_with(|_, value| Some(WallTime(*value))));
    let over = rig.clock.wall().0 + 1000;
    answered(rig.cache.put("a", over)).unwrap();
    rig.clock.advance(SECOND);
    rig.store.insert("a", over + 5000);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(over + 5000));
    assert_eq!(rig.cache.explain(&"a").expires_at, Some(WallTime(over + 5000)));
}

#[test]
fn a_value_that_is_loaded_after_its_date_is_not_served() {
    let rig = Rig::open(|it| it.expire_with(|_, value| Some(WallTime(*value))));
    rig.store.insert("a", rig.clock.wall().0);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
    assert_eq!(rig.store.len(), 1, "time to live deletes nothing");
}

#[test]
fn an_overwrite_has_a_date_of_its_own() {
    let rig = Rig::open(|it| it.expire_with(|_, value| (*value > 1).then_some(WallTime(*value))));
    answered(rig.cache.put("a", rig.clock.wall().0 + 1000)).unwrap();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.clock.advance(HOUR);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(1));
}

#[test]
fn an_overwrite_of_what_is_not_stored_yet_has_a_date_of_its_own() {
    let settings = Settings { flush_delay: HOUR * 2, ..Settings::default() };
    let rig = HeldRig::open(|it| {
        let date = |_: &_, value: &u64| (*value > 1).then_some(WallTime(*value));
        it.write_behind(settings).expire_with(date)
    });
    let over = rig.clock.wall().0 + 1000;
    let later = over + 5000;
    let values = [("a", over), ("b", 1), ("c", over), ("a", 1), ("b", over), ("c", later)];
    for (key, value) in values {
        answered(rig.cache.put(key, value)).unwrap();
    }
    assert!(rig.cache.is_dirty(&"a") && rig.cache.is_dirty(&"b"));
    rig.clock.advance(SECOND);
    assert_eq!(["a", "b", "c"].map(|key| rig.cache.peek(&key)), [Some(1), None, Some(later)]);

    let flush = rig.cache.flush();
    let apply = rig.held.next_apply();
    let edits: Vec<_> = apply.batch.ops.iter().map(|op| &op.edit).collect();
    let dated = |date| Edit::Put { value: date, expires_at: Some(WallTime(date)) };
    assert_eq!(edits, [&Edit::Put { value: 1, expires_at: None }, &dated(over), &dated(later)]);
    apply.pass();
    answered(flush).unwrap();
}
