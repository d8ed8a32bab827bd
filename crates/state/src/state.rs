//! The state: tables that are read through views and changed in transactions.

use std::fmt;
use std::sync::Arc;

use forebay_store::Result;
use forebay_store::seam::{Random, SystemRandom};

use crate::commit::{Desk, Front, Grave, Root, Turn, View};
use crate::reader::Reader;
use crate::revision::Revision;
use crate::tables::{Base, Tables, TxContext};

/// A typed, transactional store in memory. Clones are handles to the same state.
pub struct State<T: Tables> {
    core: Arc<Core<T>>,
}

/// What all handles of a state share.
pub(crate) struct Core<T: Tables> {
    pub(crate) front: Front<T>,
    turn: Turn<Desk<T>>,
}

impl<T: Tables> State<T> {
    /// An empty state that lives in this process only.
    pub fn memory() -> Self {
        let mut tables = T::empty(SystemRandom::default().next_u64());
        tables.loaded();
        let root = Arc::new(Root::new(tables));
        let desk = Desk::new(Arc::clone(&root));
        Self { core: Arc::new(Core { front: Front::new(root), turn: Turn::new(desk) }) }
    }

    /// All tables as they are now. It blocks nobody and is blocked by nobody.
    pub fn read(&self) -> View<T> {
        self.core.front.load()
    }

    /// Reads faster than [`read`](Self::read) does, in loops that do little else.
    pub fn reader(&self) -> Reader<T> {
        Reader::new(Arc::clone(&self.core))
    }

    /// The last transaction that is shown.
    pub fn revision(&self) -> Revision {
        self.read().revision()
    }

    /// One atomic change of all tables.
    ///
    /// `f` sees what it has changed; nobody else does before it has returned. If it returns an
    /// error, or panics, nothing has happened. Other writers wait meanwhile, readers do not; a
    /// write of the same state within `f` is an error.
    pub fn write<R>(&self, f: impl FnOnce(&mut T::Tx<'_>) -> Result<R>) -> Result<R> {
        // Before the turn, so that what is in it is freed after the turn, whatever happens.
        let mut grave = Grave::default();
        let mut turn = self.core.turn.take()?;
        let desk = &mut *turn;
        let mut context = TxContext::default();
        let mut tx = T::begin(Base::new(&desk.front), &desk.overlay, &mut context);
        let result = f(&mut tx)?;
        let changes = T::finish(tx);
        if T::weight(&changes) > 0 {
            desk.show(&self.core.front, changes, &mut grave);
        }
        Ok(result)
    }
}

impl<T: Tables> Clone for State<T> {
    fn clone(&self) -> Self {
        Self { core: Arc::clone(&self.core) }
    }
}

impl<T: Tables> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("revision", &self.revision()).finish_non_exhaustive()
    }
}
