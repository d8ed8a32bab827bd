//! The end of a cache and its journal, by close and by drop (G12).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use forebay_cache::{Builder, Cache, Settings};
use forebay_journal::disk::simulated::Call;
use forebay_store::Postcard;

use super::world::World;
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
