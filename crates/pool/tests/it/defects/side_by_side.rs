//! Many do the same at the same time.

use std::ops::ControlFlow;

use forebay_pool::{Archive, ByteSize, Handle, PlainMemory, Pool};

fn pool() -> Pool {
    Pool::builder().memory(ByteSize::mib(8)).spill(PlainMemory::default()).build().unwrap()
}

/// A snapshot whose objects all say the same.
fn commit(pool: &Pool, archive: &Archive, name: &str, says: u64) {
    let insert = |length: u64| {
        let value = vec![says; usize::try_from(length).unwrap()];
        (format!("n{length}"), pool.insert(value).wait().unwrap().item())
    };
    let items = [1, 10, 1000, 40_000].map(insert);
    assert_eq!(archive.commit(name, items).wait().unwrap().objects, 4);
}

/// What all objects of a snapshot say.
fn says(archive: &Archive, name: &str) -> u64 {
    let items = archive.items(name).wait().unwrap();
    assert_eq!(items.len(), 4);
    let word = |item: &forebay_pool::Listed| {
        let object: Handle<Vec<u64>> = archive.open_in(name, &item.name).wait().unwrap();
        let value = object.get().wait().unwrap();
        assert!(value.iter().all(|word| *word == value[0]));
        value[0]
    };
    let words: Vec<u64> = items.iter().map(word).collect();
    assert!(words.iter().all(|word| *word == words[0]), "{words:?}");
    words[0]
}

#[test]
fn f12_saves_that_overlap_leave_each_other_whole() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool();
    let archive = pool.archive(folder.path()).wait().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..3_u64 {
            let (pool, archive) = (&pool, &archive);
            scope.spawn(move || {
                for round in 0..4 {
                    commit(pool, archive, &format!("own-{thread}"), thread * 10 + round);
                    commit(pool, archive, "shared", thread * 10 + round);
                    archive.gc().wait().unwrap();
                    let verified = archive.verify(|_| ControlFlow::Continue(())).wait().unwrap();
                    assert!(verified.is_good(), "{verified:?}");
                }
            });
        }
    });
    for thread in 0..3 {
        assert_eq!(says(&archive, &format!("own-{thread}")), thread * 10 + 3);
    }
    assert_eq!(says(&archive, "shared") % 10, 3, "the last of somebody");
    archive.gc().wait().unwrap();
    let verified = archive.verify(|_| ControlFlow::Continue(())).wait().unwrap();
    assert!(verified.is_good() && verified.garbage == 0, "{verified:?}");
}
