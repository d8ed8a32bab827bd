//! Batches of transactions on their way to the tables: who reads the journal gathers them, whoever has
//! time makes keys and values of them, and who reads takes them back in their order.
//!
//! Who needs the next one and finds that nobody is at it does it, or the one after it. So a helper that
//! comes late, or never, costs time and nothing else. A helper waits for nobody.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;

use forebay_store::Result;
use forebay_store::seam::Spawn;
use forebay_store::sync::{Condvar, Mutex};

use super::batch::{Batch, Decoded};
use crate::catalog::TableInfo;
use crate::key::Key;
use crate::revision::Revision;
use crate::table::{Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};
use crate::value::Dictionary;

/// The batches of a journal that is being read.
pub(super) struct Batches<T: Tables> {
    /// What is gathered.
    batch: Batch,
    /// So many bytes were gathered in all.
    read: u64,
    shared: Arc<Shared<T>>,
    spawn: Arc<dyn Spawn>,
}

struct Shared<T: Tables> {
    state: Mutex<State>,
    /// A batch was done.
    changed: Condvar,
    /// Empty tables, for their types and orders.
    types: T,
}

#[derive(Default)]
struct State {
    /// The oldest first.
    line: VecDeque<Stage>,
    /// The number of the first in line.
    first: u64,
    /// Memory to be used again.
    spares: Vec<Vec<u8>>,
    /// Helpers on their way or at work.
    helpers: usize,
}

/// How far a batch has come.
enum Stage {
    Waiting(Batch),
    InHand,
    Done(Batch, Option<Decoded>),
}

impl<T: Tables> Batches<T> {
    /// A batch is full with so many bytes, or with an eighth of what came before it, up to the most.
    const BYTES: usize = 4 << 20;
    const BYTES_MAX: usize = 16 << 20;
    /// It is full with so many transactions, too: each takes memory, even if it says nothing.
    const MEMBERS_MAX: usize = 1 << 17;

    /// So many full ones are there, and one that is gathered.
    const LINE_MAX: usize = 3;

    const HELPERS_MAX: usize = 2;

    /// For these tables.
    pub(super) fn new(tables: &T, spawn: Arc<dyn Spawn>) -> Result<Self> {
        let mut types = tables.clone();
        types.visit(&mut Emptying)?;
        let (state, changed) = (Mutex::new(State::default()), Condvar::new());
        let shared = Arc::new(Shared { state, changed, types });
        Ok(Self { batch: Batch::default(), read: 0, shared, spawn })
    }

    /// Whether a transaction of this length may be in a batch: a longer one is not copied.
    pub(super) fn takes(length: usize) -> bool {
        length <= Self::BYTES
    }

    /// Gathers a transaction.
    pub(super) fn push(
        &mut self,
        (number, revision): (u64, Revision),
        body: &[u8],
        dictionary: &Arc<Dictionary>,
    ) {
        if self.batch.is_empty() {
            let spare = self.shared.state.lock().spares.pop();
            self.batch = Batch::new(Arc::clone(dictionary), spare.unwrap_or_default());
        }
        self.batch.push(number, revision, body);
        self.read += body.len() as u64;
        let full = usize::try_from(self.read / 8).unwrap_or(usize::MAX);
        let is_full = self.batch.length() >= full.clamp(Self::BYTES, Self::BYTES_MAX);
        if is_full || self.batch.members() >= Self::MEMBERS_MAX {
            self.close();
        }
    }

    /// Nothing is added any more to what was gathered.
    pub(super) fn close(&mut self) {
        if self.batch.is_empty() {
            return;
        }
        let batch = mem::take(&mut self.batch);
        let calls = {
            let mut state = self.shared.state.lock();
            state.line.push_back(Stage::Waiting(batch));
            let calls = state.helpers < Self::HELPERS_MAX;
            state.helpers += usize::from(calls);
            calls
        };
        if calls {
            let shared = Arc::clone(&self.shared);
            self.spawn.run(Box::new(move || shared.help()));
        }
    }

    /// Whether there are so many that one must be taken before another is gathered.
    pub(super) fn is_long(&self) -> bool {
        self.shared.state.lock().line.len() >= Self::LINE_MAX
    }

    /// The oldest batch that was closed, and what was made of it. It waits until that is done, and does
    /// some of the work meanwhile. `None` if there is none.
    pub(super) fn next(&self) -> Option<(Batch, Option<Decoded>)> {
        let mut state = self.shared.state.lock();
        loop {
            match state.line.front()? {
                Stage::Done(..) => break,
                Stage::Waiting(_) | Stage::InHand => {}
            }
            if let Some(turn) = self.shared.begin(&mut state) {
                drop(state);
                turn.decode(&self.shared.types);
                state = self.shared.state.lock();
            } else {
                let is_busy = |state: &mut State| {
                    matches!(state.line.front(), Some(Stage::InHand))
                        && !state.line.iter().any(|stage| matches!(stage, Stage::Waiting(_)))
                };
                state = self.shared.changed.wait_while(state, is_busy);
            }
        }
        state.first += 1;
        match state.line.pop_front() {
            Some(Stage::Done(batch, decoded)) => Some((batch, decoded)),
            _ => None,
        }
    }

    /// Gives the memory of a batch back.
    pub(super) fn give_back(&self, batch: Batch) {
        let bytes = batch.into_bytes();
        let mut state = self.shared.state.lock();
        if state.spares.len() <= Self::LINE_MAX {
            state.spares.push(bytes);
        }
    }
}

impl<T: Tables> Drop for Batches<T> {
    /// Who comes late finds nothing to do.
    fn drop(&mut self) {
        let line = mem::take(&mut self.shared.state.lock().line);
        drop(line);
    }
}

impl<T: Tables> Shared<T> {
    fn help(&self) {
        loop {
            let mut state = self.state.lock();
            let Some(turn) = self.begin(&mut state) else {
                state.helpers -= 1;
                return;
            };
            drop(state);
            foresee(turn.batch.as_ref().map_or(0, Batch::length));
            // Whatever becomes of it the turn puts back, and the helper goes on with the next.
            let decoded = std::panic::AssertUnwindSafe(|| turn.decode(&self.types));
            drop(std::panic::catch_unwind(decoded));
        }
    }

    /// The oldest batch that nobody is at.
    fn begin(&self, state: &mut State) -> Option<Turn<'_, T>> {
        let waits = |stage: &Stage| matches!(stage, Stage::Waiting(_));
        let at = state.line.iter().position(waits)?;
        match mem::replace(state.line.get_mut(at)?, Stage::InHand) {
            Stage::Waiting(batch) => {
                let number = state.first + at as u64;
                Some(Turn { shared: self, number, batch: Some(batch), decoded: None })
            }
            _ => None,
        }
    }
}

/// A batch in the hands of somebody. It goes back whatever happens: if a type has panicked, as one of
/// which nothing was made.
struct Turn<'s, T: Tables> {
    shared: &'s Shared<T>,
    number: u64,
    batch: Option<Batch>,
    decoded: Option<Decoded>,
}

impl<T: Tables> Turn<'_, T> {
    fn decode(mut self, types: &T) {
        if let Some(batch) = &self.batch {
            self.decoded = batch.decode(&mut types.clone());
        }
    }
}

impl<T: Tables> Drop for Turn<'_, T> {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock();
        let at = usize::try_from(self.number - state.first).unwrap_or(usize::MAX);
        if let (Some(place), Some(batch)) = (state.line.get_mut(at), self.batch.take()) {
            *place = Stage::Done(batch, self.decoded.take());
        }
        drop(state);
        self.shared.changed.notify_all();
    }
}

/// Leaves the types and the orders of tables.
struct Emptying;

impl TableVisitor for Emptying {
    fn table<K: Key, V: Value, O: TableOrder>(
        &mut self,
        _: &'static TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        table.wipe();
        Ok(())
    }
}

/// Has this thread's memory grow at once by what a batch of so many bytes will take. The system's
/// allocator may ask for it page by page else, and whoever else of the process has memory to ask for
/// waits meanwhile. Nothing of it is touched or kept.
fn foresee(bytes: usize) {
    /// Keys and values take some three times the room that their bytes do; what is not used now is
    /// there for the next.
    const TIMES: usize = 6;
    /// No more at once than such an allocator has in one piece.
    const MOST: usize = 48 << 20;
    /// Short enough to come from where small pieces do.
    const PIECE: usize = 96 << 10;
    let pieces = (0..(TIMES * bytes).min(MOST) / PIECE).map(|_| Vec::<u8>::with_capacity(PIECE));
    drop(std::hint::black_box(pieces.collect::<Vec<_>>()));
}
