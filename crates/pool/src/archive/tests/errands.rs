//! Operations that nobody waits for on a thread of his own.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::seam::manual::ManualClock;
use forebay_store::seam::{Job, Spawn};
use forebay_store::sync::Mutex;
use forebay_store::{ByteSize, ErrorKind, Op, Result, Seams};

use crate::archive::{Archive, ArchiveSettings};
use crate::key::Key;
use crate::pool::Pool;

/// Threads that begin when a test says so.
#[derive(Default)]
struct Threads(Mutex<Vec<Job>>);

impl Spawn for Threads {
    fn run(&self, job: Job) {
        self.0.lock().push(job);
    }
}

impl Threads {
    fn asked_for(&self) -> usize {
        self.0.lock().len()
    }

    fn begin(&self) {
        let jobs = std::mem::take(&mut *self.0.lock());
        for job in jobs {
            job();
        }
    }

    fn lose(&self) {
        let jobs = std::mem::take(&mut *self.0.lock());
        drop(jobs);
    }
}

fn archive() -> (Arc<Threads>, Archive) {
    let threads = Arc::new(Threads::default());
    let spawn = Arc::clone(&threads) as Arc<dyn Spawn>;
    let seams = Seams { spawn, ..ManualClock::new().seams(1) };
    let pool = Pool::builder().memory(ByteSize::mib(8)).seams(seams).build().unwrap();
    let root = SimulatedDisk::new(1).directory("a");
    (threads, pool.archive_in(root, ArchiveSettings::default()).wait().unwrap())
}

fn poll(op: &mut Op<bool>) -> Poll<Result<bool>> {
    Pin::new(op).poll(&mut Context::from_waker(Waker::noop()))
}

/// So many operations, all of them polled once.
fn polled(archive: &Archive, count: usize) -> Vec<Op<bool>> {
    let mut ops: Vec<_> = (0..count).map(|_| archive.contains(Key::from_bytes([7; 16]))).collect();
    assert!(ops.iter_mut().all(|op| poll(op).is_pending()));
    ops
}

#[test]
fn those_who_wait_take_a_few_threads_and_not_one_each() {
    let (threads, archive) = archive();
    let mut ops = polled(&archive, 200);
    assert_eq!(threads.asked_for(), 32);
    threads.begin();
    assert!(ops.iter_mut().all(|op| matches!(poll(op), Poll::Ready(Ok(false)))));
    assert_eq!(threads.asked_for(), 0);
}

#[test]
fn when_too_many_wait_the_next_is_refused() {
    let (threads, archive) = archive();
    let ops = polled(&archive, 65_536);
    let mut one_more = archive.contains(Key::from_bytes([7; 16]));
    // It is asked for when it is polled first, and answered at once.
    assert!(poll(&mut one_more).is_pending());
    let Poll::Ready(refused) = poll(&mut one_more) else { panic!("it waits") };
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Busy);
    threads.begin();
    assert!(ops.into_iter().all(|op| op.is_ready()));
}

#[test]
fn threads_that_never_begin_leave_nobody_waiting() {
    let (threads, archive) = archive();
    let ops = polled(&archive, 100);
    while threads.asked_for() > 0 {
        threads.lose();
    }
    assert!(ops.into_iter().all(|op| op.wait().unwrap_err().kind() == ErrorKind::Aborted));
}

#[test]
fn what_is_kept_by_who_waits_for_it_needs_no_thread() {
    let (threads, archive) = archive();
    let object = super::world::object(1, 1000);
    assert_eq!(archive.keep(&object).wait().unwrap(), object.id());
    assert_eq!(threads.asked_for(), 0);
}
