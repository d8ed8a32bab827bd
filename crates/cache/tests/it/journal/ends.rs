//! The end of a cache and its journal, by close and by drop (G12).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use forebay_cache::{Builder, Cache, Settings};
use forebay_journal::disk::simulated::{Call, Fault, Remains};
use forebay_store::Postcard;

use super::world::{World, break_disk};
use crate::rig::{SECOND, answered};

#[test]
fn what_was_flushed_before_the_cache_was_dropped_is_not_stored_again() {
    let world = World::new();
    let life = world.open();
    life.put("a", b"old");
    answered(life.cache.flush()).unwrap();
    assert_eq!(life.cache.dirty_count(), 0);
    drop(life);
    // Nobody has the store now but its owner.
    world.store.insert("a".into(), b"new".to_vec());
    let life = world.open();
    answered(life.cache.flush()).unwrap();
    assert_eq!(world.stored("a"), Some(b"new".to_vec()), "the older value was stored again");
}

#[test]
fn whoever_is_told_of_a_clean_close_can_open_the_journal() {
    let world = Arc::new(World::new());
    let life = world.open();
    life.put("a", b"1");
    let (cache, is_first) = (life.cache.clone(), AtomicBool::new(true));
    let late = Arc::new(std::sync::Mutex::new(None));
    let (told, again) = (Arc::clone(&late), Arc::clone(&world));
    answered(life.cache.flush()).unwrap();
    life.clock.advance(SECOND);
    world.disk.on_call(Box::new(move |_| {
        // In the middle of the first close, another thread closes, too.
        if !is_first.swap(false, Ordering::SeqCst) {
            return;
        }
        if let Ok(report) = cache.close(SECOND).try_take() {
            let build = |builder: Builder<_, _>| builder.write_behind(Settings::default());
            let opened = again.try_open(build, |_| {}).map(|_| ());
            *told.lock().unwrap() = Some((report.unwrap().is_clean(), opened));
        }
    }));
    let closed = life.cache.close(SECOND);
    world.disk.off_call();
    assert!(answered(closed).unwrap().is_clean());
    let told = late.lock().unwrap().take();
    if let Some((is_clean, opened)) = told {
        assert!(is_clean);
        opened.unwrap();
    }
}

#[test]
fn a_close_is_answered_at_its_deadline_though_the_disk_hangs() {
    let world = World::new();
    let (scripted, script) = forebay_store::fault::Scripted::new(Arc::clone(&world.store));
    script.go_down();
    let cache = Cache::builder(scripted)
        .write_behind(Settings::default())
        .journal_in(world.disk.directory("journal"), world.journal.clone(), Postcard)
        .open()
        .wait()
        .unwrap();
    cache.put("a".into(), b"1".into()).wait().unwrap();
    let (release, hung) = std::sync::mpsc::channel::<()>();
    let hung = std::sync::Mutex::new(hung);
    world.disk.on_call(Box::new(move |call| {
        if call == Call::Sync {
            let _ = hung.lock().unwrap().recv();
        }
    }));
    let (tell, told) = std::sync::mpsc::channel();
    let answer = forebay_store::Done::call(move |report| _ = tell.send(report));
    cache.close(Duration::from_millis(50)).forward(answer);
    let told = told.recv_timeout(Duration::from_secs(5));
    drop(release);
    assert!(told.is_ok(), "not answered five seconds after a deadline of 50 ms");
}

#[test]
fn a_close_tells_that_the_journal_failed() {
    let world = World::new();
    let life = world.open();
    life.put("a", b"1");
    answered(life.cache.flush()).unwrap();
    break_disk(&world);
    let closing = life.cache.close(SECOND);
    let report = answered(closing).unwrap();
    assert_eq!((report.left, report.kept, report.journal_failed), (0, 0, true), "{report}");
    assert!(!report.is_clean() && report.to_string().ends_with("; the journal failed"), "{report}");
    // Its disk does not come back by itself.
    assert!(!answered(life.cache.close(SECOND)).unwrap().is_clean());
    assert_eq!(world.stored("a"), Some(b"1".to_vec()));
}

/// A close of a cache that has stored everything, while a call of the disk fails, or all from it on. Says
/// whether it was clean, and whether the next cache over the journal has anything to store again.
fn close_while(call: Call, number: u64, is_lasting: bool) -> (bool, bool) {
    let world = World::new();
    let life = world.open();
    life.put("a", b"1");
    answered(life.cache.flush()).unwrap();
    if is_lasting {
        world.disk.fail_from(call, number, Fault::Error);
    } else {
        world.disk.fail(call, number, Fault::Error);
    }
    let report = answered(life.cache.close(SECOND)).unwrap();
    assert_eq!((report.left, report.is_clean()), (0, !report.journal_failed), "{report}");
    drop(life);
    world.disk.power_cut_leaving(Remains::Nothing);
    world.disk.heal();
    let life = world.open();
    let was_clean = life.cache.recovery().unwrap().was_clean;
    assert!(was_clean || !report.is_clean(), "{call:?} {number}: {report}");
    (report.is_clean(), life.cache.stats().restored > 0)
}

#[test]
fn a_clean_close_leaves_nothing_in_the_journal_whichever_call_of_the_disk_fails() {
    let calls =
        [Call::Write, Call::Sync, Call::Create, Call::Rename, Call::Remove, Call::SyncDirectory];
    let mut seen = BTreeSet::new();
    for call in calls {
        for number in 1..12 {
            seen.extend([false, true].map(|is_lasting| close_while(call, number, is_lasting)));
        }
    }
    // Clean with nothing left; not clean with nothing left as it turns out, or with something.
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        [(false, false), (false, true), (true, false)]
    );
}

#[test]
fn a_close_that_comes_while_the_journal_closes_is_answered_though_the_disk_hangs() {
    let world = World::new();
    let cache = Cache::builder(Arc::clone(&world.store))
        .write_behind(Settings::default())
        .journal_in(world.disk.directory("journal"), world.journal.clone(), Postcard)
        .open()
        .wait()
        .unwrap();
    let (release, hung) = std::sync::mpsc::channel::<()>();
    let (tell_begun, begun) = std::sync::mpsc::channel::<()>();
    let hung = std::sync::Mutex::new(hung);
    world.disk.on_call(Box::new(move |call| {
        if call == Call::Sync {
            let _ = tell_begun.send(());
            let _ = hung.lock().unwrap().recv();
        }
    }));
    let (tell, told) = std::sync::mpsc::channel();
    let close = || {
        let tell = tell.clone();
        let answer = forebay_store::Done::call(move |report| _ = tell.send(report));
        cache.close(SECOND).forward(answer);
    };
    close();
    begun.recv_timeout(Duration::from_secs(5)).expect("the journal is being closed");
    close();
    for _ in 0..2 {
        let report = told.recv_timeout(Duration::from_secs(5)).expect("an answer").unwrap();
        assert!(report.journal_failed, "{report}");
    }
    drop(release);
}
