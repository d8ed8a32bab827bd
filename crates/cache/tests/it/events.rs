//! What those who listen are told of quarantine. The promise's events are in `promise.rs`, the journal's in
//! `journal/dead_journal.rs`.

use std::sync::{Arc, OnceLock};

use forebay_cache::{Cache, Event, Settings};
use forebay_store::sync::Mutex;

use crate::rig::{Rig, SECOND, answered};

#[test]
fn who_listens_is_told_of_each_write_that_goes_into_quarantine_and_may_look_at_it() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let cache = Arc::new(OnceLock::<Cache<&'static str, u64>>::new());
    let (hears, looks) = (Arc::clone(&told), Arc::clone(&cache));
    let rig = Rig::open(|builder| {
        builder.write_behind(Settings::default()).listen(move |event| {
            let in_quarantine = looks.get().map(|cache| cache.quarantined().len());
            hears.lock().push((event.clone(), in_quarantine));
        })
    });
    cache.set(rig.cache.clone()).unwrap();
    rig.script.refuse("a");
    answered(rig.cache.put("b", 1)).unwrap();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.clock.advance(SECOND);
    let refused = |attempts| {
        let cause = "the script refuses this write".into();
        (Event::Quarantined { attempts, cause }, Some(1))
    };
    let first = refused(1);
    assert_eq!(*told.lock(), std::slice::from_ref(&first));
    assert!(rig.cache.replay(&"a"));
    rig.clock.advance(SECOND);
    let second = refused(2);
    assert_eq!(*told.lock(), [first, second]);
}

#[test]
fn an_event_is_a_sentence_for_the_operator() {
    let refused = |attempts| Event::Quarantined { attempts, cause: "no row of ada".into() };
    let said = [1, 3].map(|attempts| refused(attempts).to_string());
    let once = "a write is in quarantine, because the store refused it";
    // Its cause is for whoever looks, not for a log.
    assert_eq!(said, [once.to_owned(), format!("{once} 3 times")]);
    let broken = Event::PromiseBroken { age: SECOND * 5, unstored: 7 };
    assert_eq!(broken.to_string(), "max_staleness is broken: 7 unstored, the oldest for 5.0s");
}
