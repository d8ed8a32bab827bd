//! The abilities of one cache, used at once and by many callers.

use std::time::Duration;

use forebay_cache::{ByteSize, Cache, Settings};
use forebay_store::seam::block_on;
use forebay_store::{MemoryStore, Result, WallTime};

use crate::rig::{HOUR, Rig, SECOND, answered, by_value};

// N13
#[test]
fn writing_behind_time_to_live_weight_and_known_absence_work_together() {
    let rig = Rig::<u64>::open(|builder| {
        builder
            .capacity(ByteSize::kib(16))
            .write_behind(Settings::default())
            .weigher(|_, _| 100)
            .expire_with(|_, value| (*value > 1000).then_some(WallTime(*value)))
            .cache_absence(HOUR)
    });
    for key in 0..1000 {
        answered(rig.cache.put(key, key)).unwrap();
        rig.clock.advance(Duration::from_millis(1));
        assert!(rig.cache.stats().resident_bytes <= 16 << 10);
    }
    let over = forebay_store::seam::Clock::wall(&*rig.clock).0 + 1000;
    answered(rig.cache.put(7, over)).unwrap();
    assert_eq!(answered(rig.cache.get(&7)).unwrap(), Some(over));
    rig.clock.advance(SECOND);
    assert_eq!(answered(rig.cache.get(&7)).unwrap(), None);
    assert_eq!(answered(rig.cache.get(&8)).unwrap(), Some(8));
    assert_eq!(answered(rig.cache.get(&5000)).unwrap(), None);
    answered(rig.cache.flush()).unwrap();
    assert_eq!(answered(rig.cache.count()).unwrap(), 999);
    assert_eq!(rig.cache.dirty_count(), 0);
}

// W15, T9
#[test]
fn many_threads_share_one_cache() -> Result<()> {
    let cache: Cache<u64, u64> = Cache::builder(MemoryStore::new())
        .capacity(ByteSize::kib(64))
        .write_behind(Settings::default())
        .open()
        .wait()?;
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let cache = &cache;
            scope.spawn(move || {
                for n in 0..1000 {
                    let key = thread * 1000 + n;
                    cache.put(key, n).wait().unwrap();
                    assert_eq!(cache.get(&key).wait().unwrap(), Some(n));
                    if n % 2 == 0 {
                        cache.delete(key).wait().unwrap();
                        assert_eq!(cache.get(&key).wait().unwrap(), None);
                    }
                }
            });
        }
    });
    assert_eq!(cache.count().wait()?, 2000);
    assert!(cache.close(HOUR).wait()?.is_clean());
    Ok(())
}

// W15, T9
#[test]
fn an_async_caller_awaits_what_a_thread_waits_for() -> Result<()> {
    let cache: Cache<&str, u64> = Cache::builder(MemoryStore::new()).open().wait()?;
    block_on(async {
        cache.put("a", 1).await?;
        assert_eq!(cache.get(&"a").await?, Some(1));
        cache.update(&"a", |value| *value += 1).await?;
        assert_eq!(cache.get(&"a").await?, Some(2));
        cache.delete("a").await?;
        assert_eq!(cache.get(&"a").await?, None);
        Ok(())
    })
}

// N12
#[test]
fn the_same_seed_is_the_same_run() {
    let run = || {
        let rig = Rig::<u64>::open(|it| it.capacity(ByteSize::kib(8)).weigher(by_value));
        for key in 0..500 {
            rig.store.insert(key % 97, key % 7);
            answered(rig.cache.get(&(key % 97))).unwrap();
            answered(rig.cache.put(key % 31, key % 5)).unwrap();
            rig.clock.advance(Duration::from_millis(key));
        }
        (rig.cache.stats(), rig.store.stats())
    };
    assert_eq!(run(), run());
}
