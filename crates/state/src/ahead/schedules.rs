//! Pieces under a schedule explorer: helpers and who takes them back, in every order.

use std::sync::Arc;

use forebay_store::seam::{Job, Spawn};
use forebay_store::sync::Mutex;
use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::sync::atomic::{AtomicU64, Ordering};
use shuttle::thread::{self, JoinHandle};
use shuttle::{Config, Runner};

use super::{Line, Work};

/// Every job on a thread of the explorer.
#[derive(Default)]
struct Threads(Mutex<Vec<JoinHandle<()>>>);

impl Spawn for Threads {
    fn run(&self, job: Job) {
        self.0.lock().push(thread::spawn(job));
    }
}

impl Threads {
    /// Waits until every job has ended.
    fn join(&self) {
        loop {
            let Some(thread) = self.0.lock().pop() else { return };
            thread.join().unwrap();
        }
    }
}

/// A piece that counts how often it is made. Every third is left to who takes it back.
struct Piece(u64, Arc<AtomicU64>);

impl Work for Piece {
    type Made = u64;

    fn make(&mut self) -> Option<u64> {
        thread::yield_now();
        self.1.fetch_add(1, Ordering::SeqCst);
        (!self.0.is_multiple_of(3)).then_some(self.0)
    }

    fn bytes(&self) -> usize {
        1
    }
}

fn explore(check: impl Fn() + Copy + Send + Sync + 'static) {
    Runner::new(RandomScheduler::new(3_000), Config::new()).run(check);
    Runner::new(PctScheduler::new(3, 3_000), Config::new()).run(check);
}

/// A line with its helpers, and how often pieces were made.
struct Scene {
    threads: Arc<Threads>,
    line: Line<Piece>,
    made: Arc<AtomicU64>,
}

impl Scene {
    fn new() -> Self {
        let threads = Arc::new(Threads::default());
        let line = Line::new(Some(Arc::clone(&threads) as Arc<dyn Spawn>));
        Self { threads, line, made: Arc::default() }
    }

    fn push(&self, number: u64) {
        self.line.push(Piece(number, Arc::clone(&self.made)));
    }

    /// The next piece is this one, and what it should be was made of it.
    fn expect(&self, number: u64) {
        let next = self.line.next().map(|(piece, made)| (piece.0, made));
        assert_eq!(next, Some((number, (!number.is_multiple_of(3)).then_some(number))));
    }

    /// All helpers have left; says how often pieces were made.
    fn end(self) -> u64 {
        assert!(self.line.next().is_none());
        self.threads.join();
        assert_eq!(self.line.shared.state.lock().helpers, 0, "who has left is not counted");
        self.made.load(Ordering::SeqCst)
    }
}

#[test]
fn schedules_of_helpers_bring_each_piece_back_in_order_and_make_it_once() {
    explore(|| {
        let scene = Scene::new();
        (0..2).for_each(|number| scene.push(number));
        for number in 2..5 {
            scene.expect(number - 2);
            scene.push(number);
        }
        (3..5).for_each(|number| scene.expect(number));
        assert_eq!(scene.end(), 5);
    });
}

#[test]
fn schedules_of_helpers_bring_back_nothing_that_was_forgotten() {
    explore(|| {
        let scene = Scene::new();
        (0..3).for_each(|number| scene.push(number));
        scene.expect(0);
        scene.line.clear();
        (4..6).for_each(|number| scene.push(number));
        (4..6).for_each(|number| scene.expect(number));
        assert!((3..=5).contains(&scene.end()), "none is made twice");
    });
}

#[test]
fn schedules_of_helpers_that_come_when_all_is_gone_find_nothing_to_do() {
    explore(|| {
        let Scene { threads, line, made } = Scene::new();
        (0..2).for_each(|number| line.push(Piece(number, Arc::clone(&made))));
        drop(line);
        threads.join();
        assert!(made.load(Ordering::SeqCst) <= 2);
        assert_eq!(Arc::strong_count(&made), 1, "every piece is dropped");
    });
}
