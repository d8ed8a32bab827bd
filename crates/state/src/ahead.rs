//! Work that is done ahead of who needs it: whoever has time does it, and who needs it takes it back in its
//! order.
//!
//! A thread that needs the next piece and finds that nobody is at it does it, or the one after it. So a helper that
//! comes late, or never, costs time and nothing else. A helper waits for nobody: when nothing is left to do
//! it leaves, and is called again.

#[cfg(all(test, shuttle))]
mod schedules;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::seam::Spawn;
use forebay_store::sync::{Condvar, Mutex};

/// Something to be made of something.
pub(crate) trait Work: Send + 'static {
    /// What is made.
    type Made: Send + 'static;

    /// Makes it. `None` if that is for who takes it back, and can do or say more about it; to panic is the
    /// same.
    fn make(&mut self) -> Option<Self::Made>;

    /// How many bytes it has; what is made of them takes some times as many.
    fn bytes(&self) -> usize;
}

/// Pieces of work in their order. It has no bound: who adds to it sees to its [`len`](Self::len).
pub(crate) struct Line<W: Work> {
    shared: Arc<Shared<W>>,
    /// Without a place where jobs run, who takes pieces back does them.
    spawn: Option<Arc<dyn Spawn>>,
}

struct Shared<W: Work> {
    state: Mutex<State<W>>,
    /// A piece was done.
    changed: Condvar,
}

struct State<W: Work> {
    /// The oldest first.
    line: VecDeque<Stage<W>>,
    /// The number of the first in line.
    first: u64,
    /// Helpers on their way or at work.
    helpers: usize,
}

/// How far a piece has come.
enum Stage<W: Work> {
    Waiting(W),
    InHand,
    Done(W, Option<W::Made>),
}

impl<W: Work> Line<W> {
    const HELPERS_MAX: usize = 2;

    /// An empty one.
    pub(crate) fn new(spawn: Option<Arc<dyn Spawn>>) -> Self {
        let state = State { line: VecDeque::new(), first: 0, helpers: 0 };
        let shared = Shared { state: Mutex::new(state), changed: Condvar::new() };
        Self { shared: Arc::new(shared), spawn }
    }

    /// How many pieces are in it.
    pub(crate) fn len(&self) -> usize {
        self.shared.state.lock().line.len()
    }

    /// Adds a piece, and calls for help.
    pub(crate) fn push(&self, work: W) {
        let mut state = self.shared.state.lock();
        state.line.push_back(Stage::Waiting(work));
        let Some(spawn) = &self.spawn else { return };
        if state.helpers < Self::HELPERS_MAX {
            state.helpers += 1;
            drop(state);
            let shared = Arc::clone(&self.shared);
            spawn.run(Box::new(move || shared.help()));
        }
    }

    /// The oldest piece, and what was made of it. It waits until that is done, and does some of the work
    /// meanwhile. `None` if there is none.
    pub(crate) fn next(&self) -> Option<(W, Option<W::Made>)> {
        let mut state = self.shared.state.lock();
        loop {
            match state.line.front()? {
                Stage::Done(..) => break,
                Stage::Waiting(_) | Stage::InHand => {}
            }
            if let Some(turn) = self.shared.begin(&mut state) {
                drop(state);
                turn.make();
                state = self.shared.state.lock();
            } else {
                let is_busy = |state: &mut State<W>| {
                    matches!(state.line.front(), Some(Stage::InHand))
                        && !state.line.iter().any(|stage| matches!(stage, Stage::Waiting(_)))
                };
                state = self.shared.changed.wait_while(state, is_busy);
            }
        }
        state.first += 1;
        match state.line.pop_front() {
            Some(Stage::Done(work, made)) => Some((work, made)),
            _ => None,
        }
    }

    /// Forgets everything that is in it.
    pub(crate) fn clear(&self) {
        let mut state = self.shared.state.lock();
        state.first += state.line.len() as u64;
        let line = mem::take(&mut state.line);
        drop(state);
        drop(line);
    }
}

impl<W: Work> Drop for Line<W> {
    /// A helper that comes late finds nothing to do.
    fn drop(&mut self) {
        self.clear();
    }
}

impl<W: Work> Shared<W> {
    fn help(&self) {
        loop {
            let mut state = self.state.lock();
            let Some(turn) = self.begin(&mut state) else {
                state.helpers -= 1;
                return;
            };
            drop(state);
            let _foreseen =
                foresee(TIMES.saturating_mul(turn.work.as_ref().map_or(0, Work::bytes)));
            turn.make();
        }
    }

    /// The oldest piece that nobody is at.
    fn begin(&self, state: &mut State<W>) -> Option<Turn<'_, W>> {
        let waits = |stage: &Stage<W>| matches!(stage, Stage::Waiting(_));
        let at = state.line.iter().position(waits)?;
        match mem::replace(state.line.get_mut(at)?, Stage::InHand) {
            Stage::Waiting(work) => {
                let number = state.first + at as u64;
                Some(Turn { shared: self, number, work: Some(work), made: None })
            }
            _ => None,
        }
    }
}

/// A piece in the hands of somebody. It goes back whatever happens: if it has panicked, as one of which
/// nothing was made.
struct Turn<'s, W: Work> {
    shared: &'s Shared<W>,
    number: u64,
    work: Option<W>,
    made: Option<W::Made>,
}

impl<W: Work> Turn<'_, W> {
    /// Makes it, and does not panic: whoever it is may be at a later piece than the one that is needed, and
    /// what is wrong is told in order, by who takes the piece back and tries again.
    fn make(mut self) {
        let make = AssertUnwindSafe(move || self.made = self.work.as_mut().and_then(Work::make));
        drop(catch_unwind(make));
    }
}

impl<W: Work> Drop for Turn<'_, W> {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock();
        // What was forgotten meanwhile has no place any more.
        let at = self.number.checked_sub(state.first).and_then(|at| usize::try_from(at).ok());
        let place = at.and_then(|at| state.line.get_mut(at));
        if let (Some(place), Some(work)) = (place, self.work.take()) {
            *place = Stage::Done(work, self.made.take());
        }
        drop(state);
        self.shared.changed.notify_all();
    }
}

/// So many times the bytes of a piece are foreseen. Keys and values take some three times the room that their bytes do; what
/// is not used now is there for the next.
const TIMES: usize = 6;

/// Has this thread's memory grow at once by so many bytes, which it will take. The system's
/// allocator may ask for it page by page else, and whoever else of the process has memory to ask for
/// waits meanwhile. Nothing of it is touched.
pub(crate) fn foresee(bytes: usize) -> Foreseen {
    /// No more at once than such an allocator has in one piece.
    const MOST: usize = 48 << 20;
    /// Short enough to come from where small pieces do.
    const SHORT: usize = 96 << 10;
    /// So long a piece comes from there once one was given back. For much memory that is fewer calls of the
    /// system, and fewer pages that are touched because a piece begins in them.
    const LONG: usize = 1 << 20;
    let all = bytes.min(MOST);
    let length = if all < 8 * LONG { SHORT } else { LONG };
    let count = all / length;
    // Where there is no such memory nothing is foreseen.
    let piece = || {
        let mut piece = Vec::<u8>::new();
        piece.try_reserve_exact(length).ok().map(|()| std::hint::black_box(piece))
    };
    if length == LONG {
        drop(piece());
    }
    let mut pieces = Vec::new();
    if pieces.try_reserve_exact(count).is_ok() {
        pieces.extend(std::iter::repeat_with(piece).map_while(|piece| piece).take(count));
    }
    Foreseen { _last: std::hint::black_box(pieces).pop() }
}

/// Memory that was foreseen; it is held until that memory is taken. It keeps the last piece: if that begins a new stretch
/// of memory, the allocator would give the stretch back as soon as nothing is in it.
#[must_use]
pub(crate) struct Foreseen {
    _last: Option<Vec<u8>>,
}
