//! What an operator does with the writes that the store refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use forebay_cache::{ByteSize, Cache, Settings, Standing};
use forebay_store::fault::Scripted;
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Edit, ErrorKind, MemoryStore};

use crate::rig::{HOUR, Rig, SECOND, answered};

/// Some keys in quarantine, each over a value that the store has.
fn refused(keys: &[&'static str]) -> Rig {
    let rig = Rig::behind();
    for &key in keys {
        answered(rig.cache.put(key, 1)).unwrap();
    }
    answered(rig.cache.flush()).unwrap();
    for &key in keys {
        rig.script.refuse(key);
        answered(rig.cache.put(key, 2)).unwrap();
    }
    rig.clock.advance(SECOND);
    rig
}

#[test]
fn a_value_in_quarantine_tells_how_often_and_since_when() {
    let rig = refused(&["a"]);
    let first = rig.cache.quarantine().list().remove(0);
    assert_eq!(
        (first.attempts, first.first_refused, first.is_deleted),
        (1, first.last_refused, false)
    );
    assert!(first.bytes > 0 && first.bytes + 64 == rig.cache.stats().quarantine_bytes);
    rig.clock.advance(HOUR);
    assert!(rig.cache.quarantine().retry(&"a"));
    rig.clock.advance(SECOND);
    let again = rig.cache.quarantine().list().remove(0);
    assert_eq!((again.attempts, again.first_refused), (2, first.first_refused));
    assert!(again.last_refused.0 >= first.last_refused.0 + 3_600_000);
}

#[test]
fn what_takes_the_place_of_a_refused_value_begins_to_count_anew() {
    let rig = refused(&["a"]);
    let first = rig.cache.quarantine().list().remove(0);
    rig.clock.advance(HOUR);
    answered(rig.cache.put("a", 3)).unwrap();
    rig.clock.advance(SECOND);
    let other = rig.cache.quarantine().list().remove(0);
    assert_eq!(other.attempts, 1);
    assert!(other.first_refused > first.first_refused);
}

#[test]
fn what_takes_the_place_of_one_that_is_tried_again_begins_to_count_anew() {
    let rig = refused(&["a"]);
    let first = rig.cache.quarantine().list().remove(0);
    rig.clock.advance(HOUR);
    assert!(rig.cache.quarantine().retry(&"a"));
    answered(rig.cache.put("a", 3)).unwrap();
    rig.clock.advance(SECOND);
    let other = rig.cache.quarantine().list().remove(0);
    assert_eq!(other.attempts, 1);
    assert!(other.first_refused > first.first_refused);
}

#[test]
fn an_edit_that_could_never_be_accepted_is_refused_and_changes_nothing() {
    let rig = Rig::open(|builder| {
        let settings = Settings { dirty_bytes_max: Some(ByteSize::kib(1)), ..Settings::default() };
        let weigh = |_: &&str, value: &u64| usize::try_from(*value).unwrap();
        builder.weigher(weigh).write_behind(settings)
    });
    rig.script.refuse("a");
    answered(rig.cache.put("a", 1)).unwrap();
    rig.clock.advance(SECOND);
    let error = answered(rig.cache.quarantine().edit(&"a", 2000)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(rig.cache.peek(&"a"), Some(1));
    assert_eq!(rig.cache.quarantine().len(), 1);
}

#[test]
fn a_value_in_quarantine_is_shown() {
    let rig = refused(&["a"]);
    let shown = rig.cache.quarantine().show(&"a").unwrap();
    assert_eq!(shown.edit.unwrap(), Edit::Put { value: 2, expires_at: None });
    assert_eq!((shown.about.key, shown.about.cause.kind()), ("a", ErrorKind::Refused));
    answered(rig.cache.delete("a")).unwrap();
    rig.clock.advance(SECOND);
    let shown = rig.cache.quarantine().show(&"a").unwrap();
    assert_eq!((shown.edit.unwrap(), shown.about.is_deleted), (Edit::Delete, true));
    assert!(rig.cache.quarantine().show(&"b").is_none());
}

#[test]
fn another_value_is_put_in_the_stead_of_a_refused_one() {
    let rig = refused(&["a", "b"]);
    rig.script.accept(&"a");
    let receipt = answered(rig.cache.quarantine().edit(&"a", 3)).unwrap();
    assert_eq!(receipt.unwrap().rung(), Durability::Memory);
    assert_eq!(rig.cache.peek(&"a"), Some(3));
    rig.clock.advance(SECOND);
    assert_eq!(rig.store.get(&"a"), Some(3));
    assert_eq!(rig.cache.quarantine().len(), 1);
}

#[test]
fn an_edit_of_what_is_not_in_quarantine_changes_nothing() {
    let rig = refused(&["a"]);
    assert!(answered(rig.cache.quarantine().edit(&"b", 3)).unwrap().is_none());
    answered(rig.cache.put("a", 4)).unwrap();
    assert!(answered(rig.cache.quarantine().edit(&"a", 5)).unwrap().is_none());
    assert_eq!((rig.cache.peek(&"a"), rig.cache.peek(&"b")), (Some(4), None));
}

#[test]
fn what_is_given_up_is_again_what_the_store_has() {
    let rig = refused(&["a", "b"]);
    assert!(rig.cache.quarantine().drop(&"a"));
    assert_eq!(rig.cache.peek(&"a"), None);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(1));
    assert_eq!(rig.cache.explain(&"a").standing, Standing::Clean);
    assert!(!rig.cache.quarantine().drop(&"a"), "it is gone already");
    assert_eq!((rig.cache.peek(&"b"), rig.cache.stats().quarantined), (Some(2), 1));
    assert!(rig.cache.quarantine().drop(&"b"));
    let stats = rig.cache.stats();
    assert_eq!((stats.quarantined, stats.quarantine_bytes, stats.dirty_bytes), (0, 0, 0));
    answered(rig.cache.flush()).unwrap();
    let report = answered(rig.cache.close(SECOND)).unwrap();
    assert!(report.is_clean(), "{report}");
}

#[test]
fn what_has_changed_since_it_was_looked_at_is_left_alone() {
    let rig = refused(&["a"]);
    let quarantine = rig.cache.quarantine();
    let seen = quarantine.list()[0].version;
    assert_eq!(quarantine.show(&"a").unwrap().about.version, seen);
    answered(rig.cache.put("a", 3)).unwrap();
    rig.clock.advance(SECOND);
    let now = quarantine.list()[0].version;
    assert!(now > seen);
    assert!(!quarantine.retry_if(&"a", seen) && !quarantine.drop_if(&"a", seen));
    assert!(answered(quarantine.edit_if(&"a", seen, 4)).unwrap().is_none());
    assert_eq!((rig.cache.peek(&"a"), quarantine.len()), (Some(3), 1));

    assert!(quarantine.retry_if(&"a", now));
    rig.clock.advance(SECOND);
    let again = quarantine.list()[0].version;
    assert!(again > now, "a retry is another version");
    assert!(!quarantine.drop_if(&"a", now) && quarantine.drop_if(&"a", again));
    assert_eq!(quarantine.len(), 0);
}

#[test]
fn what_is_as_it_was_seen_is_edited() {
    let rig = refused(&["a"]);
    let seen = rig.cache.quarantine().list()[0].version;
    rig.script.accept(&"a");
    answered(rig.cache.quarantine().edit_if(&"a", seen, 4)).unwrap().unwrap();
    rig.clock.advance(SECOND);
    assert_eq!(rig.store.get(&"a"), Some(4));
}

#[test]
fn the_quarantine_has_the_bound_that_it_is_given() {
    let rig = Rig::<u64>::open(|builder| {
        let quarantine_bytes_max = Some(ByteSize::bytes(200));
        builder
            .capacity(ByteSize::kib(4))
            .write_behind(Settings { quarantine_bytes_max, ..Settings::default() })
    });
    for key in 0..5 {
        rig.script.refuse(key);
        answered(rig.cache.put(key, key)).unwrap();
    }
    rig.clock.advance(SECOND);
    let stats = rig.cache.stats();
    assert!(stats.quarantined > 0 && stats.quarantine_bytes <= 200, "{stats:?}");
    assert_eq!(stats.quarantined + stats.dirty_entries, 5);
    let most = Some(ByteSize::kib(3));
    let settings = Settings { quarantine_bytes_max: most, ..Settings::default() };
    let builder = Cache::<u64, u64>::builder(MemoryStore::new()).capacity(ByteSize::kib(4));
    let error = answered(builder.write_behind(settings).open()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}

static CLONES: AtomicUsize = AtomicUsize::new(0);

/// Counts how often a key is looked at to be shown.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Counted(u64);

impl Clone for Counted {
    fn clone(&self) -> Self {
        CLONES.fetch_add(1, Ordering::SeqCst);
        Self(self.0)
    }
}

#[test]
fn a_page_of_the_quarantine_costs_what_is_on_it_and_the_pages_are_the_whole() {
    let clock = ManualClock::new();
    let (scripted, script) = Scripted::new(Arc::new(MemoryStore::new().with_clock(clock.clone())));
    let cache = Cache::builder(scripted)
        .seams(clock.seams(1))
        .shards(4)
        .write_behind(Settings::default())
        .open();
    let cache = answered(cache).unwrap();
    for key in 0..300 {
        script.refuse(Counted(key));
        answered(cache.put(Counted(key), key)).unwrap();
    }
    clock.advance(SECOND);
    assert_eq!(cache.quarantine().len(), 300);
    let (mut from, mut seen) = (Some(0), Vec::new());
    while let Some(place) = from {
        CLONES.store(0, Ordering::SeqCst);
        let (page, next) = cache.quarantine().page(place, 7);
        assert_eq!(CLONES.load(Ordering::SeqCst), page.len());
        assert!(page.len() == 7 || next.is_none());
        seen.extend(page.into_iter().map(|refused| refused.key.0));
        from = next;
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..300).collect::<Vec<_>>());
    let (writes, _) = cache.quarantine().export(0, 10);
    assert!(writes.iter().all(|write| {
        let Ok(Edit::Put { value, .. }) = write.edit else { return false };
        value == write.about.key.0
    }));
}
