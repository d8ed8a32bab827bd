//! Everything runs on the only thread that there is.

use std::sync::Arc;

use forebay_pool::{PlainMemory, Pool};
use forebay_store::Seams;
use forebay_store::seam::{Job, Spawn};
use tokio::runtime::{Builder, Handle};

use crate::budget::{SIZE, room_for};
use crate::rig::bytes;

/// A runtime's threads for what blocks.
struct Blocking(Handle);

impl Spawn for Blocking {
    fn run(&self, job: Job) {
        drop(self.0.spawn_blocking(job));
    }
}

#[test]
fn f09_who_waits_on_the_only_thread_that_may_block_is_answered() {
    let runtime = Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
    let spawn = Arc::new(Blocking(runtime.handle().clone()));
    let seams = Seams { spawn, ..Seams::real() };
    let pool = Pool::builder().memory(room_for(4)).spill(PlainMemory::default()).seams(seams);
    let pool = pool.lanes(1, 1).build().unwrap();
    // The writes and the reads are jobs for the thread that waits for them.
    let waits = runtime.spawn_blocking(move || {
        let insert = |name| pool.insert(bytes(name, SIZE)).wait().unwrap();
        let handles: Vec<_> = (0..12).map(insert).collect();
        for (name, handle) in (0..).zip(&handles) {
            assert_eq!(*handle.get_blocking().unwrap(), bytes(name, SIZE));
            handle.write_now().wait().unwrap();
        }
    });
    runtime.block_on(waits).unwrap();
}
