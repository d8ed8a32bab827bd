//! The tables while the journal is read: changes are gathered, and applied many at a time, by a
//! helper if there is one.
//!
//! The thread that reads the journal makes keys and values of bytes, and pushes them. When a run is full it is
//! handed over; whoever finds the table free and runs waiting applies them. So a helper that comes
//! late, or never, costs time and nothing else. A helper waits for nobody: when there is no run left it
//! leaves, and is called again.
//!
//! A table is in one of three places: with nobody (`table` is there), with one who applies (it is
//! not), or lost (`is_lost`), if code of a key has panicked under who applied. What is lost stays
//! lost, and [`Runs::finish`] says so.

use std::any::Any;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use forebay_store::seam::Spawn;
use forebay_store::sync::{Condvar, Mutex};
use forebay_store::{Error, ErrorKind, Result};

use crate::ahead::foresee;
use crate::catalog::{TableId, TableInfo};
use crate::key::Key;
use crate::table::{Run, Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};

/// The runs of all tables.
#[derive(Default)]
pub(super) struct Runs {
    /// Each is a [`Runner`] of its table's types.
    runners: BTreeMap<TableId, Box<dyn Any + Send>>,
    spawn: Option<Arc<dyn Spawn>>,
}

impl Runs {
    /// Jobs of `spawn` may apply runs.
    pub(super) fn with_help(spawn: Arc<dyn Spawn>) -> Self {
        Self { runners: BTreeMap::new(), spawn: Some(spawn) }
    }

    /// The runner of a table; from its first use to the end the table is with it.
    pub(super) fn of<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Option<&mut Runner<K, V, O>> {
        let runner = self.runners.entry(info.id).or_insert_with(|| {
            let empty = table.emptied();
            let table = std::mem::replace(table, empty);
            Box::new(Runner::new(table, self.spawn.clone()))
        });
        runner.downcast_mut()
    }

    /// Applies what is left, and gives the tables back.
    ///
    /// # Errors
    ///
    /// `Aborted` if code of a key has panicked.
    pub(super) fn finish<T: Tables>(&mut self, tables: &mut T) -> Result<()> {
        tables.visit(&mut Finish(self))
    }
}

struct Finish<'r>(&'r mut Runs);

impl TableVisitor for Finish<'_> {
    fn table<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &'static TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        let runner = self.0.runners.remove(&info.id).map(<Box<dyn Any + Send>>::downcast);
        if let Some(Ok(runner)) = runner {
            let runner: Runner<K, V, O> = *runner;
            *table = runner.finish().map_err(|error| {
                Error::new(error.kind(), format!("table `{}`: {error}", info.name))
                    .with_source(error)
            })?;
        }
        Ok(())
    }
}

/// One table, and the runs that are to be applied to it.
pub(super) struct Runner<K: Key, V, O: TableOrder> {
    /// What is gathered.
    run: Run<K, V>,
    shared: Arc<Shared<K, V, O>>,
    spawn: Option<Arc<dyn Spawn>>,
}

impl<K: Key, V: Value, O: TableOrder> Runner<K, V, O> {
    pub(super) fn new(table: Table<K, V, O>, spawn: Option<Arc<dyn Spawn>>) -> Self {
        let state = State { table: Some(table), ..State::default() };
        let shared = Shared { state: Mutex::new(state), changed: Condvar::new() };
        Self { run: Run::default(), shared: Arc::new(shared), spawn }
    }

    /// A value that was `bytes` long where it was read.
    pub(super) fn put(&mut self, key: K, value: V, bytes: usize) {
        self.run.put(key, value, bytes);
        self.look();
    }

    pub(super) fn delete(&mut self, key: K) {
        self.run.delete(key);
        self.look();
    }

    pub(super) fn clear(&mut self) {
        self.run.clear();
    }

    fn look(&mut self) {
        if self.run.is_full() {
            let run = std::mem::take(&mut self.run);
            self.hand_over(run);
        }
    }

    /// A whole run, which comes after what was gathered.
    pub(super) fn give(&mut self, run: Run<K, V>) {
        let before = std::mem::take(&mut self.run);
        for run in [before, run] {
            if !run.is_empty() {
                self.hand_over(run);
            }
        }
    }

    /// At most one run waits while another is applied, and a third is gathered.
    fn hand_over(&mut self, run: Run<K, V>) {
        let mut state = self.shared.state.lock();
        loop {
            if state.is_lost {
                return;
            }
            if state.ready.is_empty() {
                break;
            }
            if let Some(turn) = self.shared.begin(&mut state) {
                drop(state);
                turn.apply();
                state = self.shared.state.lock();
            } else {
                state = self.shared.changed.wait_while(state, |state| state.is_at_work());
            }
        }
        state.ready.push_back(run);
        let Some(spawn) = &self.spawn else { return };
        if !std::mem::replace(&mut state.is_called, true) {
            drop(state);
            let shared = Arc::clone(&self.shared);
            spawn.run(Box::new(move || shared.help()));
        }
    }

    pub(super) fn finish(mut self) -> Result<Table<K, V, O>> {
        let run = std::mem::take(&mut self.run);
        let mut state = self.shared.state.lock();
        if !run.is_empty() {
            state.ready.push_back(run);
        }
        loop {
            if state.is_lost {
                let message = "code of a key has panicked while the table was filled";
                return Err(Error::new(ErrorKind::Aborted, message));
            }
            if let Some(turn) = self.shared.begin(&mut state) {
                drop(state);
                turn.apply();
                state = self.shared.state.lock();
            } else if let Some(table) = state.table.take() {
                return Ok(table);
            } else {
                state = self.shared.changed.wait_while(state, |state| state.is_at_work());
            }
        }
    }
}

struct Shared<K: Key, V, O: TableOrder> {
    state: Mutex<State<K, V, O>>,
    /// A run was applied, or the table is lost.
    changed: Condvar,
}

struct State<K: Key, V, O: TableOrder> {
    table: Option<Table<K, V, O>>,
    ready: VecDeque<Run<K, V>>,
    /// A helper is on its way or at work.
    is_called: bool,
    is_lost: bool,
}

impl<K: Key, V, O: TableOrder> State<K, V, O> {
    /// Whether somebody applies a run.
    fn is_at_work(&self) -> bool {
        self.table.is_none() && !self.is_lost
    }
}

impl<K: Key, V, O: TableOrder> Default for State<K, V, O> {
    fn default() -> Self {
        Self { table: None, ready: VecDeque::new(), is_called: false, is_lost: false }
    }
}

impl<K: Key, V, O: TableOrder> Shared<K, V, O> {
    fn help(&self) {
        loop {
            let mut state = self.state.lock();
            let Some(turn) = self.begin(&mut state) else {
                state.is_called = false;
                return;
            };
            drop(state);
            let _foreseen = foresee(turn.nodes());
            turn.apply();
        }
    }

    /// The table and the next run, if there is one and nobody is at it.
    fn begin(&self, state: &mut State<K, V, O>) -> Option<Turn<'_, K, V, O>> {
        let table = state.table.take_if(|_| !state.ready.is_empty())?;
        Some(Turn { shared: self, table: Some(table), run: state.ready.pop_front() })
    }
}

/// A table in the hands of somebody who applies a run to it. It goes back afterwards; after a panic it
/// is worth nothing, and lost.
struct Turn<'s, K: Key, V, O: TableOrder> {
    shared: &'s Shared<K, V, O>,
    table: Option<Table<K, V, O>>,
    run: Option<Run<K, V>>,
}

impl<K: Key, V, O: TableOrder> Turn<'_, K, V, O> {
    /// How many bytes the new nodes of the tree will take, or some more.
    fn nodes(&self) -> usize {
        /// Bytes for each entry: a leaf of some 900 bytes has some 45 entries.
        const OF_ENTRY: usize = 20;
        self.run.as_ref().map_or(0, Run::len) * OF_ENTRY
    }

    fn apply(mut self) {
        if let Some(mut table) = self.table.take() {
            if let Some(run) = self.run.take() {
                table.run(run);
            }
            self.table = Some(table);
        }
    }
}

impl<K: Key, V, O: TableOrder> Drop for Turn<'_, K, V, O> {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock();
        state.table = self.table.take();
        state.is_lost = state.table.is_none();
        drop(state);
        self.shared.changed.notify_all();
    }
}
