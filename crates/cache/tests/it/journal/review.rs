//! Proofs of a review. Drop into `crates/cache/tests/it/journal/` and add `mod review;` to its
//! `mod.rs`. Each test says what should hold, and fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use forebay_cache::{Builder, ByteSize, Cache, Settings, WhenFull, Write};
use forebay_journal::disk::simulated::{Call, Fault, Remains};
use forebay_store::fault::{Held, Script, WriteFault};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, ErrorKind, IntoStore, Op, Postcard, SharedStore};

use super::world::{Life, World};
use crate::rig::{HOUR, SECOND, answered};

fn segments(world: &World) -> usize {
    world.disk.files("journal").iter().filter(|name| name.contains(".seg")).count()
}

fn break_disk(world: &World) {
    for call in [Call::Write, Call::Sync, Call::Create, Call::Rename] {
        world.disk.fail_from(call, 1, Fault::Error);
    }
}

fn large(builder: Builder<String, Vec<u8>>) -> Builder<String, Vec<u8>> {
    builder.capacity(ByteSize::mib(64)).write_behind(Settings::default())
}

fn large_refusing(builder: Builder<String, Vec<u8>>) -> Builder<String, Vec<u8>> {
    builder
        .capacity(ByteSize::mib(64))
        .write_behind(Settings { when_full: WhenFull::Refuse, ..Settings::default() })
}

type HeldLife = (Cache<String, Vec<u8>>, Arc<Held<String, Vec<u8>>>, Arc<ManualClock>);

fn open_held(world: &World) -> HeldLife {
    let clock = ManualClock::new();
    let seams = clock.seams(1);
    let held = Held::new(Arc::clone(&world.store).into_store(&seams));
    let store: SharedStore<String, Vec<u8>> = Arc::clone(&held) as _;
    let builder = Cache::builder(store).seams(seams).write_behind(Settings::default());
    let directory = world.disk.directory("journal");
    let cache = builder.journal_in(directory, world.journal.clone(), Postcard).open();
    (answered(cache).unwrap(), held, clock)
}

/// F1: the journal dies while nothing is unsynced (its witness cannot be written), so
/// `when_all_synced` stays "ready"; the mark of a flight that ends is dropped; and the store goes on
/// being written to.
#[test]
fn f1_what_was_acknowledged_at_stored_is_not_overwritten_after_the_journal_died() {
    let world = World::new();
    let (cache, held, clock) = open_held(&world);
    let receipt = answered(cache.put("a".into(), b"old".into())).unwrap();
    let _stored = receipt.stored();
    let flight = held.next_apply();
    break_disk(&world);
    clock.advance(SECOND); // the witness: the journal has failed, with everything synced
    assert_eq!(
        cache.put("b".into(), b"1".into()).wait().unwrap_err().kind(),
        ErrorKind::Unavailable,
        "the journal is dead"
    );
    flight.pass();
    assert_eq!(world.stored("a"), Some(b"old".to_vec()));

    let through = cache.put_with("a".into(), b"new".into(), Write::Through);
    if held.applies() == 0 {
        // Refused is fine: nothing was promised.
        answered(through).unwrap_err();
        return;
    }
    held.next_apply().pass();
    if answered(through).is_err() {
        return;
    }
    assert_eq!(world.stored("a"), Some(b"new".to_vec()));
    // The disk is well again, the process restarts.
    world.disk.heal();
    world.disk.power_cut_leaving(Remains::Nothing);
    drop(cache);
    let life = world.open();
    answered(life.cache.flush()).unwrap();
    assert_eq!(
        (life.get("a"), world.stored("a")),
        (Some(b"new".to_vec()), Some(b"new".to_vec())),
        "a write acknowledged at `Stored` was overwritten by an older one"
    );
}

/// F1, the same for a value in quarantine: acknowledged although its mark is nowhere.
#[test]
fn f1b_a_write_through_over_quarantine_is_not_acknowledged_without_its_mark() {
    let world = World::new();
    let build = |builder: Builder<_, _>| builder.write_behind(Settings::default());
    let life = world.try_open(build, |script: &Script<String>| script.refuse("a".into())).unwrap();
    life.put("a", b"refused");
    life.clock.advance(SECOND);
    // Something that is synced and whose witness cannot be written.
    let write = Write::Behind(Durability::Synced);
    answered(life.cache.put_with("b".into(), b"1".into(), write)).unwrap();
    answered(life.cache.flush()).unwrap_err();
    let write = Write::Behind(Durability::Synced);
    answered(life.cache.put_with("b".into(), b"2".into(), write)).unwrap();
    break_disk(&world);
    life.clock.advance(Duration::from_millis(100));
    life.script.accept(&"a".to_owned());
    let through = life.cache.put_with("a".into(), b"newer".into(), Write::Through);
    let is_acknowledged = answered(through).is_ok();
    world.disk.heal();
    world.disk.power_cut_leaving(Remains::Nothing);
    drop(life);
    let life = world.open();
    if is_acknowledged {
        assert_eq!(life.get("a"), Some(b"newer".to_vec()));
    }
}

/// F2: nobody begins a checkpoint for writers who are refused.
#[test]
fn f2_a_refusing_cache_over_a_healthy_store_does_not_fill_its_journal_for_good() {
    let world = World::new();
    let life = world.try_open(large_refusing, |_| {}).unwrap();
    let mut refused = 0;
    for round in 0..2000_u32 {
        match answered(life.cache.put(format!("key {round}"), vec![0; 50])) {
            Ok(_) => refused = 0,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Busy);
                refused += 1;
            }
        }
        answered(life.cache.flush()).unwrap();
        assert_eq!(life.cache.dirty_count(), 0);
        life.clock.advance(SECOND);
        assert!(refused < 100, "refused for 100 s in round {round}, and nothing is unstored");
    }
}

#[test]
fn f2b_a_refusing_cache_has_room_again_when_the_store_is_back() {
    let world = World::new();
    let life = world.try_open(large_refusing, Script::go_down).unwrap();
    let mut accepted = 0;
    while answered(life.cache.put(format!("key {accepted}"), vec![0; 10_000])).is_ok() {
        accepted += 1;
    }
    life.script.come_back();
    answered(life.cache.flush()).unwrap();
    for _ in 0..1000 {
        life.clock.advance(SECOND);
        if answered(life.cache.put("more".into(), vec![0; 10])).is_ok() {
            return;
        }
    }
    panic!("everything is stored, and for 1000 s no write was taken");
}

/// F3: a checkpoint that fails in a full journal is never tried again.
#[test]
fn f3_a_disk_that_fails_for_a_moment_does_not_stop_writers_for_good() {
    let world = World::new();
    let life = world.try_open(large, Script::go_down).unwrap();
    let mut ops = Vec::new();
    while ops.last().is_none_or(Op::is_ready) {
        ops.push(life.cache.put(format!("key {}", ops.len()), vec![0; 10_000]));
    }
    // The checkpoint fails: it cannot rename what it retires, nor make another segment.
    world.disk.fail_from(Call::Rename, 1, Fault::Error);
    world.disk.fail_from(Call::Remove, 1, Fault::Error);
    life.script.come_back();
    for _ in 0..20 {
        life.clock.advance(SECOND);
    }
    world.disk.heal();
    // The journal is alive, the store and the disk are well.
    let last = life.cache.put("later".into(), vec![0; 10_000]);
    for _ in 0..1000 {
        life.clock.advance(SECOND);
        let _ = life.cache.flush();
    }
    assert_eq!(life.cache.dirty_count(), 0);
    match last.try_take() {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => panic!("refused: {error} {error:?}"),
        Err(_) => panic!("a writer still waits after 1000 s, with nothing unstored"),
    }
}

/// F4: what counts is how many writes were settled, not how long they were.
#[test]
fn f4_many_small_stuck_keys_do_not_hold_a_journal_full_of_what_is_stored() {
    let world = World::new();
    let life = world.try_open(large, Script::go_down).unwrap();
    for big in 0..11 {
        life.put(&format!("big {big}"), &vec![0; 53_000]);
    }
    // Small ones, each in a block of its own.
    let (mut small, mut waiting) = (0, None);
    while waiting.is_none() && small < 1000 {
        let key = format!("small {small}");
        life.script.fail_writes(key.clone(), 10_000, WriteFault::Retry);
        let op = life.cache.put_with(key, vec![0; 10], Write::Behind(Durability::Synced));
        small += 1;
        match op.try_take() {
            Ok(put) => _ = put.unwrap(),
            Err(op) => waiting = Some(op),
        }
        // What a first checkpoint may win is won.
        if waiting.is_some() {
            life.clock.advance(SECOND);
            if waiting.as_ref().unwrap().is_ready() {
                waiting = None;
            }
        }
    }
    let waiting = waiting.unwrap();
    life.script.come_back();
    for _ in 0..600 {
        life.clock.advance(SECOND);
    }
    assert!(world.stored("big 10").is_some(), "what fills the journal is stored");
    let dirty = life.cache.dirty_count();
    assert!(waiting.is_ready(), "a writer waits for a journal with {dirty} unstored small values");
}

/// F5: one timer for each writer that ever had to wait, and they stay.
#[test]
fn f5_timers_do_not_multiply_while_writers_wait_for_the_journal() {
    let world = World::new();
    let life = world.try_open(large, Script::go_down).unwrap();
    let mut ops = Vec::new();
    let mut waiting = 0;
    while waiting < 100 {
        let op = life.cache.put(format!("key {}", ops.len()), vec![0; 10_000]);
        waiting += usize::from(!op.is_ready());
        ops.push(op);
    }
    life.clock.advance(SECOND);
    // Their operations are dropped; nobody waits any more.
    drop(ops);
    life.clock.advance(SECOND);
    let timers = life.clock.timers();
    assert!(timers < 20, "{timers} timers, each again after 50 ms, for one line");
}

/// F6: an opening that is cut off leaves what it has appended, and the next one appends it again.
#[test]
fn f6b_openings_that_are_killed_do_not_make_the_journal_grow() {
    let world = World::new();
    let life = world.open_with_store_down();
    for key in 0..100 {
        life.put(&format!("key {key}"), &vec![1; 5_000]);
    }
    life.clock.advance(SECOND);
    world.kill(life);
    let steps = {
        let copy = World { disk: world.disk.copy(), ..World::new() };
        copy.disk.kill();
        let before = copy.disk.steps();
        let _life = copy.open_with_store_down();
        copy.disk.steps() - before
    };
    let before = segments(&world);
    let mut most = 0;
    for _ in 0..30 {
        world.disk.kill_after(steps * 3 / 4);
        let build = |builder: Builder<_, _>| builder.write_behind(Settings::default());
        let opened = world.try_open(build, Script::go_down);
        drop(opened);
        world.disk.kill();
        most = most.max(segments(&world));
    }
    assert!(most <= 32, "{before} segments at first, {most} later; the bound is 16");
}

fn full_of_quarantined() -> (World, Life, usize) {
    let world = World::new();
    let life = world.try_open(large, Script::go_down).unwrap();
    let mut count = 0;
    loop {
        let key = format!("key {count}");
        life.script.refuse(key.clone());
        let op = life.cache.put(key, vec![0; 10_000]);
        if !op.is_ready() {
            break;
        }
        count += 1;
    }
    life.script.come_back();
    for _ in 0..100 {
        life.clock.advance(SECOND);
    }
    assert_eq!(life.cache.quarantined().len(), life.cache.dirty_count());
    // What was wrong with the store is put right.
    for key in 0..=count {
        life.script.accept(&format!("key {key}"));
    }
    life.clock.advance(SECOND);
    (world, life, count)
}

/// F7: a journal full of what is in quarantine cannot be got out of by replaying.
#[test]
fn f7_what_is_in_quarantine_can_be_replayed_though_it_fills_the_journal() {
    let (world, life, count) = full_of_quarantined();
    let mut replayed = 0;
    for _ in 0..100 {
        for key in 0..count {
            replayed += usize::from(life.cache.replay(&format!("key {key}")));
        }
        life.clock.advance(SECOND);
    }
    assert!(replayed > 0, "no value of {count} could be replayed in 100 s");
    assert!(world.stored("key 0").is_some());
}

/// F8: a write-through that the store took is told `Unknown` because the journal is full, not failed.
#[test]
fn f8_a_write_through_over_quarantine_in_a_full_journal_is_told_what_happened() {
    let (world, life, count) = full_of_quarantined();
    let mut failed = Vec::new();
    for key in 0..count {
        let key = format!("key {key}");
        let op = life.cache.put_with(key.clone(), b"new".into(), Write::Through);
        life.clock.advance(SECOND);
        if let Err(error) = answered(op) {
            let is_stored = world.stored(&key) == Some(b"new".to_vec());
            failed.push((error.kind(), is_stored));
        }
    }
    assert!(failed.is_empty(), "of {count}: {failed:?}");
}

/// F9: without a close nothing ever lets go of a journal that has failed.
#[test]
fn f9_a_cache_that_was_dropped_with_a_dead_journal_lets_go_of_it() {
    let world = World::new();
    let life = world.open();
    life.put("a", b"1");
    break_disk(&world);
    life.clock.advance(SECOND);
    let clock = Arc::clone(&life.clock);
    drop(life);
    world.disk.heal();
    for _ in 0..48 {
        clock.advance(HOUR);
    }
    let build = |builder: Builder<_, _>| builder.write_behind(Settings::default());
    let opened = world.try_open(build, |_| {}).map(|_| ());
    assert!(opened.is_ok(), "two days later: {}", opened.unwrap_err());
}

/// F10: marks that are only queued are gone with the last handle; no fault is needed.
#[test]
fn f10_what_was_flushed_before_the_cache_was_dropped_is_not_stored_again() {
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

/// F11: a journal opened with shorter segments than a value needs.
#[test]
fn f11_shorter_segments_are_told_as_a_setting() {
    let mut world = World::new();
    world.journal.segment_bytes = 256 << 10;
    let life = world.try_open(large, Script::go_down).unwrap();
    life.put("a", &vec![0; 100_000]);
    life.clock.advance(SECOND);
    world.kill(life);
    world.journal.segment_bytes = 64 << 10;
    let build = |builder: Builder<_, _>| builder.write_behind(Settings::default());
    let error = world.try_open(build, |_| {}).map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
}

/// F2, the cause that is there in the other mode, too: what counts as growth is bytes of frames,
/// while each sync takes blocks.
#[test]
fn f2c_small_writes_over_a_healthy_store_keep_the_journal_short() {
    let world = World::new();
    let life = world.open();
    let mut most = 0;
    for round in 0..1000_u32 {
        life.put(&format!("key {round}"), &[0; 50]);
        answered(life.cache.flush()).unwrap();
        life.clock.advance(SECOND);
        most = most.max(segments(&world));
    }
    assert!(most <= 8, "{most} segments, all that there may be, with nothing unstored");
}

/// F12: the second of two closes is answered before the first has let go of the journal.
#[test]
fn f12_whoever_is_told_of_a_clean_close_can_open_the_journal() {
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

/// F14: a value beyond the 16 MiB of a frame is refused, where one beyond a segment goes through.
#[test]
fn f14_a_value_too_long_for_any_journal_is_written_through() {
    let mut world = World::new();
    world.journal.segment_bytes = 64 << 20;
    world.journal.bytes_max = 4 << 30;
    let life = world.open();
    let put = life.cache.put("long".into(), vec![0; 17 << 20]);
    assert_eq!(answered(put).unwrap().rung(), Durability::Stored);
}

/// F15: marks are not exempt from the bound on unsynced bytes, and whoever comes next is refused
/// instead of waiting for them.
#[test]
fn f15_a_write_through_is_not_refused_because_the_journal_has_much_unsynced() {
    for fill in (0..1200).step_by(20) {
        let mut world = World::new();
        world.journal.buffer_max = 10_000;
        let (cache, held, _clock) = open_held(&world);
        let stored = answered(cache.put("a".into(), b"1".into())).unwrap().stored();
        let flight = held.next_apply();
        let write = Write::Behind(Durability::Memory);
        for key in 0..8 {
            let put = cache.put_with(format!("key {key}"), vec![0; 1_040], write);
            answered(put).unwrap();
        }
        let put = cache.put_with("fill".into(), vec![0; fill], write);
        answered(put).unwrap();
        flight.pass();
        answered(stored).unwrap();
        let through = cache.put_with("c".into(), b"1".into(), Write::Through);
        match through.try_take() {
            Ok(refused) => panic!("with {fill}: {:?}", refused.unwrap_err()),
            Err(_) => held.next_apply().pass(),
        }
    }
}

/// F17: the deadline of a close bounds the store, and not the journal's disk.
#[test]
fn f17_a_close_is_answered_at_its_deadline_though_the_disk_hangs() {
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
