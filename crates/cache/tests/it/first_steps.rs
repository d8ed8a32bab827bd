//! The everyday path, in both ways of writing.

use std::time::Duration;

use forebay_cache::{ByteSize, Cache, Change, Settings, Write};
use forebay_store::{Durability, MemoryStore, Result};

fn behind() -> Cache<String, u64> {
    Cache::builder(MemoryStore::new()).write_behind(Settings::default()).open().wait().unwrap()
}

#[test]
fn a_put_is_read_at_once_and_stored_by_a_flush() -> Result<()> {
    let cache = behind();
    let receipt = cache.put("a".into(), 1).wait()?;
    assert_eq!(receipt.rung(), Durability::Memory);
    assert_eq!(cache.get(&"a".into()).wait()?, Some(1));
    assert!(cache.is_dirty(&"a".into()));
    cache.flush().wait()?;
    assert!(!cache.is_dirty(&"a".into()));
    receipt.stored().wait()?;
    let report = cache.close(Duration::from_secs(5)).wait()?;
    assert!(report.is_clean(), "{report}");
    Ok(())
}

#[test]
fn a_write_through_is_stored_when_it_is_acknowledged() -> Result<()> {
    let cache: Cache<String, u64> = Cache::builder(MemoryStore::new()).open().wait()?;
    let receipt = cache.put("a".into(), 1).wait()?;
    assert_eq!(receipt.rung(), Durability::Stored);
    assert_eq!(cache.count().wait()?, 1);
    cache.delete("a".into()).wait()?;
    assert_eq!(cache.get(&"a".into()).wait()?, None);
    assert_eq!(cache.count().wait()?, 0);
    Ok(())
}

#[test]
fn many_updates_of_one_key_all_count() -> Result<()> {
    for write in [Write::Through, Write::Behind(Durability::Memory)] {
        let cache = behind();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let add = |value: Option<&u64>| {
                            let next = value.copied().unwrap_or(0) + 1;
                            (Change::Put(next), next)
                        };
                        cache.modify_with("n".into(), add, write).wait().unwrap();
                    }
                });
            }
        });
        assert_eq!(cache.get(&"n".into()).wait()?, Some(800));
        cache.flush().wait()?;
    }
    Ok(())
}

#[test]
fn what_was_evicted_is_loaded_again() -> Result<()> {
    let cache: Cache<u64, u64> = Cache::builder(MemoryStore::new())
        .capacity(ByteSize::kib(16))
        .write_behind(Settings::default())
        .open()
        .wait()?;
    for key in 0..10_000 {
        cache.put(key, key * 2).wait()?;
    }
    for key in 0..10_000 {
        assert_eq!(cache.get(&key).wait()?, Some(key * 2));
    }
    let stats = cache.stats();
    assert!(stats.evictions > 1000, "{stats:?}");
    assert!(stats.resident_bytes <= 16 * 1024, "{stats:?}");
    cache.flush().wait()?;
    assert_eq!(cache.count().wait()?, 10_000);
    assert_eq!(cache.clear().wait()?, 10_000);
    assert_eq!(cache.count().wait()?, 0);
    Ok(())
}
