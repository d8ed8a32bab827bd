//! What is to be watched, and from when on.

use std::fmt;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use forebay_store::{Error, Result};

use super::watch::Watch;
use crate::commit::{Core, View};
use crate::revision::Revision;
use crate::table::{TableField, TableRef};
use crate::tables::Tables;

/// What is to be watched: see [`State::watch`](crate::State::watch).
#[must_use = "nothing is watched before it begins"]
pub struct Watching<'s, T: Tables, F: TableField> {
    core: &'s Arc<Core<T>>,
    table: TableRef<T, F>,
    range: (Bound<F::Key>, Bound<F::Key>),
}

impl<'s, T: Tables, F: TableField> Watching<'s, T, F> {
    pub(crate) fn new(core: &'s Arc<Core<T>>, table: TableRef<T, F>) -> Self {
        Self { core, table, range: (Bound::Unbounded, Bound::Unbounded) }
    }

    /// Only keys in this range.
    pub fn range(mut self, keys: impl RangeBounds<F::Key>) -> Self {
        self.range = (keys.start_bound().cloned(), keys.end_bound().cloned());
        self
    }

    /// Begins with a view of what is there: every change after it is in the watch, and none before.
    ///
    /// It waits while a transaction's closure runs, and is an error within one of the same state.
    pub fn begin(self) -> Result<(View<T>, Watch<T, F>)> {
        let turn = self.core.turn()?;
        let (view, history) = (self.core.read(), Arc::clone(turn.recorder.history()));
        let seen = view.revision();
        history.enter(seen);
        Ok((view, Watch { history, table: self.table, range: self.range, seen }))
    }

    /// Goes on after `revision`, which an earlier watch has [seen](Watch::seen). What came after it
    /// is kept as long as this state is watched, within the bounds of a watch.
    ///
    /// # Errors
    ///
    /// `Unavailable` with the source [`FellBehind`](crate::FellBehind) if what comes next is not kept
    /// any more; `Invalid` if there is no such revision yet.
    pub fn from(self, revision: Revision) -> Result<Watch<T, F>> {
        let (view, mut watch) = self.begin()?;
        if revision > view.revision() {
            let last = view.revision();
            return Err(Error::invalid(format!(
                "revision {revision} is not there to go on from: {last} is the last"
            )));
        }
        watch.seen = revision;
        watch.history.after(revision)?;
        Ok(watch)
    }
}

impl<T: Tables, F: TableField> fmt::Debug for Watching<'_, T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watching").field("table", &self.table).finish_non_exhaustive()
    }
}
