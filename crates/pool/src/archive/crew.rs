//! Work that is done side by side in the lanes of writes.

use std::sync::Arc;

use forebay_store::sync::{Condvar, Mutex};
use forebay_store::{Error, ErrorKind, Result};

use crate::lanes::{Lane, Lanes, Work};

/// What is done side by side, and what came of it.
struct Crew<T> {
    /// So many pieces are under way at once.
    limit: usize,
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    under_way: usize,
    done: Vec<(usize, Result<T>)>,
    has_failed: bool,
}

/// A piece of the work. Dropped unrun it has failed.
struct Piece<T, F> {
    crew: Arc<Crew<T>>,
    number: usize,
    work: Option<F>,
}

/// Does all of the work, at most `limit` pieces at once, and gives the results in order. After a failure
/// nothing more is begun, and that is the result.
pub(crate) fn side_by_side<T, F>(
    lanes: &Lanes,
    limit: usize,
    pieces: impl Iterator<Item = F>,
) -> Result<Vec<T>>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T> + Send + 'static,
{
    let state = State { under_way: 0, done: Vec::new(), has_failed: false };
    let crew = Arc::new(Crew { limit, state: Mutex::new(state), changed: Condvar::new() });
    for (number, work) in pieces.enumerate() {
        if crew.begin(lanes) {
            break;
        }
        let piece = Piece { crew: Arc::clone(&crew), number, work: Some(work) };
        lanes.run(Lane::Write, Box::new(piece));
    }
    crew.wait_until(lanes, |under_way| under_way == 0);
    let mut done = std::mem::take(&mut crew.state.lock().done);
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

impl<T> Crew<T> {
    /// One more is under way, unless one has failed already.
    fn begin(&self, lanes: &Lanes) -> bool {
        self.wait_until(lanes, |under_way| under_way < self.limit);
        let mut state = self.state.lock();
        state.under_way += 1;
        if state.has_failed {
            state.under_way -= 1;
        }
        state.has_failed
    }

    /// Waits until there are few enough, and does some of the lanes' work meanwhile.
    fn wait_until(&self, lanes: &Lanes, are_few: impl Fn(usize) -> bool) {
        while !are_few(self.state.lock().under_way) {
            if lanes.help(Lane::Write) {
                continue;
            }
            let state = self.state.lock();
            if !are_few(state.under_way) {
                drop(self.changed.wait(state));
            }
        }
    }

    fn end(&self, number: usize, result: Result<T>) {
        let mut state = self.state.lock();
        state.has_failed |= result.is_err();
        state.done.push((number, result));
        state.under_way -= 1;
        // Whoever waits does so for one of these; to be woken for less costs more than a small piece of work.
        let is_awaited = state.under_way == 0 || state.under_way + 1 == self.limit;
        drop(state);
        if is_awaited {
            self.changed.notify_all();
        }
    }
}

impl<T: Send, F: FnOnce() -> Result<T> + Send> Work for Piece<T, F> {
    fn run(mut self: Box<Self>) {
        if let Some(work) = self.work.take() {
            let ended = Ended { crew: &self.crew, number: self.number, is_over: false };
            ended.with(work());
        }
    }
}

impl<T, F> Drop for Piece<T, F> {
    fn drop(&mut self) {
        if self.work.take().is_some() {
            self.crew.end(self.number, Err(never_done()));
        }
    }
}

/// Ends a piece, although its work panics.
struct Ended<'a, T> {
    crew: &'a Crew<T>,
    number: usize,
    is_over: bool,
}

impl<T> Ended<'_, T> {
    fn with(mut self, result: Result<T>) {
        self.is_over = true;
        self.crew.end(self.number, result);
    }
}

impl<T> Drop for Ended<'_, T> {
    fn drop(&mut self) {
        if !self.is_over {
            self.crew.end(self.number, Err(never_done()));
        }
    }
}

fn never_done() -> Error {
    Error::new(ErrorKind::Aborted, "the work was dropped without an answer")
}
