//! Pieces come back in their order and once, whoever does them, whatever becomes of them.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use forebay_store::seam::manual::InlineSpawn;
use forebay_store::seam::{Job, Spawn, ThreadPool};
use forebay_store::sync::Mutex;

use super::{Line, Work};

/// A piece, and what happens while it is made.
struct Piece(u64, Box<dyn FnMut() + Send>);

impl Work for Piece {
    type Made = u64;

    fn make(&mut self) -> Option<u64> {
        self.1();
        Some(self.0)
    }

    fn bytes(&self) -> usize {
        1
    }
}

fn piece(number: u64) -> Piece {
    Piece(number, Box::new(|| ()))
}

fn panicking(number: u64) -> Piece {
    Piece(number, Box::new(|| panic!("nothing is made of it, as this test wants")))
}

/// A piece that says when it is in hand, and waits there for a word.
fn held(number: u64) -> (Piece, Receiver<()>, Sender<()>) {
    let ((begun, in_hand), (release, released)) = (channel(), channel());
    let make = move || {
        begun.send(()).unwrap();
        released.recv().unwrap();
    };
    (Piece(number, Box::new(make)), in_hand, release)
}

/// All that is left: the pieces, and what was made of them.
fn rest(line: &Line<Piece>) -> Vec<(u64, Option<u64>)> {
    std::iter::from_fn(|| line.next().map(|(piece, made)| (piece.0, made))).collect()
}

/// Keeps jobs, and never does them.
#[derive(Default)]
struct Never(Mutex<Vec<Job>>);

impl Spawn for Never {
    fn run(&self, job: Job) {
        self.0.lock().push(job);
    }
}

/// Drops jobs.
struct Dropping;

impl Spawn for Dropping {
    fn run(&self, job: Job) {
        drop(job);
    }
}

/// One thread, and word of each job that has ended.
struct Told(ThreadPool, Mutex<Sender<()>>);

impl Spawn for Told {
    fn run(&self, job: Job) {
        let over = self.1.lock().clone();
        self.0.run(Box::new(move || {
            job();
            let _ = over.send(());
        }));
    }
}

#[test]
fn pieces_come_back_in_order_whoever_does_them_or_does_not() {
    let spawns: [Option<Arc<dyn Spawn>>; 6] = [
        None,
        Some(Arc::new(InlineSpawn)),
        Some(Arc::new(Never::default())),
        Some(Arc::new(Dropping)),
        Some(Arc::new(ThreadPool::new(1))),
        Some(Arc::new(ThreadPool::new(4))),
    ];
    for spawn in spawns {
        let line = Line::new(spawn);
        (0..50).for_each(|number| line.push(piece(number)));
        let mut found = Vec::new();
        for number in 50..500 {
            found.extend(line.next().map(|(piece, made)| (piece.0, made)));
            line.push(piece(number));
        }
        found.extend(rest(&line));
        assert!(found.into_iter().eq((0..500).map(|number| (number, Some(number)))));
        assert_eq!((line.len(), rest(&line)), (0, vec![]));
    }
}

#[test]
fn a_helper_that_comes_late_finds_nothing_to_do() {
    let spawn = Arc::new(Never::default());
    let line = Line::new(Some(Arc::clone(&spawn) as Arc<dyn Spawn>));
    line.push(piece(1));
    line.push(piece(2));
    line.push(piece(3));
    assert_eq!(spawn.0.lock().len(), 2, "no more are called for");
    assert_eq!(rest(&line), [(1, Some(1)), (2, Some(2)), (3, Some(3))]);
    let first = spawn.0.lock().remove(0);
    first();
    let (making, made) = channel();
    line.push(Piece(4, Box::new(move || making.send(()).unwrap())));
    line.push(piece(5));
    assert_eq!(spawn.0.lock().len(), 2, "one has gone");
    drop(line);
    let jobs: Vec<_> = spawn.0.lock().drain(..).collect();
    for job in jobs {
        job();
    }
    assert!(made.recv().is_err(), "it was forgotten");
}

#[test]
fn a_later_piece_that_panics_where_pieces_are_taken_hides_nothing_of_the_first() {
    let line = Line::new(Some(Arc::new(ThreadPool::new(1))));
    let (first, in_hand, release) = held(0);
    line.push(first);
    in_hand.recv().unwrap();
    // The only thread is at the first; who asks for that makes this one meanwhile.
    let taker = std::thread::current().id();
    line.push(Piece(
        1,
        Box::new(move || {
            assert_eq!(std::thread::current().id(), taker, "the test is no good");
            release.send(()).unwrap();
            panic!("nothing is made of it, as this test wants");
        }),
    ));
    assert_eq!(line.next().map(|(piece, made)| (piece.0, made)), Some((0, Some(0))));
    assert_eq!(line.next().map(|(piece, made)| (piece.0, made)), Some((1, None)));
}

#[test]
fn a_helper_whose_piece_panics_goes_on_and_is_called_again() {
    let line = Line::new(Some(Arc::new(InlineSpawn)));
    for number in 0..3 {
        line.push(panicking(number));
        line.push(piece(number));
    }
    assert_eq!(line.shared.state.lock().helpers, 0, "all have gone");
    let all = (0..3).flat_map(|number| [(number, None), (number, Some(number))]);
    assert!(rest(&line).into_iter().eq(all));
}

#[test]
fn what_was_in_hand_when_all_was_forgotten_does_not_come_back() {
    let (over, is_over) = channel();
    let line = Line::new(Some(Arc::new(Told(ThreadPool::new(1), Mutex::new(over)))));
    let (second, in_hand, release) = held(1);
    line.push(piece(0));
    line.push(second);
    in_hand.recv().unwrap();
    // Who did the first may have gone, and come again.
    while is_over.try_recv().is_ok() {}
    line.clear();
    assert_eq!((line.len(), rest(&line)), (0, vec![]));
    // The thread comes back with the forgotten one while this is made.
    line.push(Piece(
        2,
        Box::new(move || {
            release.send(()).unwrap();
            is_over.recv().unwrap();
        }),
    ));
    line.push(piece(3));
    assert_eq!(rest(&line), [(2, Some(2)), (3, Some(3))]);
}
