//! Reads wait on threads, on executors, and inside of them.

use forebay_pool::{ByteSize, Handle, PlainMemory, Pool};

fn spilled(lanes: (usize, usize)) -> (Pool, Vec<Handle<Vec<u8>>>) {
    let builder = Pool::builder().memory(ByteSize::mib(1)).spill(PlainMemory::default());
    let pool = builder.lanes(lanes.0, lanes.1).build().unwrap();
    let insert = |name| {
        let handle = pool.insert(vec![name; 1000]).wait().unwrap();
        assert!(handle.evict().wait().unwrap());
        handle
    };
    let handles = (0..20).map(insert).collect();
    (pool, handles)
}

#[test]
fn blocking_works_inside_a_current_thread_runtime() {
    let (_pool, handles) = spilled((4, 2));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        assert_eq!(handles[3].get_blocking().unwrap()[0], 3);
        assert_eq!(handles[4].get().await.unwrap()[0], 4);
        assert!(handles[4].evict().await.unwrap());
    });
}

#[test]
fn one_lane_and_one_thread_are_enough() {
    let (pool, handles) = spilled((1, 1));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut tasks = Vec::new();
        for (name, handle) in (0..).zip(handles) {
            let pool = pool.clone();
            tasks.push(async move {
                let mut handle = handle;
                assert_eq!(handle.get().await.unwrap()[0], name);
                handle.get_mut().await.unwrap().push(name);
                handle.write_now().await.unwrap();
                let other = pool.insert(vec![name; 10]).await.unwrap();
                let both = pool.get_many(&[handle, other]).await.unwrap();
                assert_eq!((both[0].len(), both[1].len()), (1001, 10));
            });
        }
        for task in tasks {
            task.await;
        }
    });
    pool.idle().wait().unwrap();
}
