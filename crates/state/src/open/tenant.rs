//! A state as a tenant of a shared journal.

use std::fmt;

use forebay_journal::{Channel, Reading, Recovery, Tenant};
use forebay_store::Result;

use super::home::Home;
use super::opening::Opening;
use crate::settings::Settings;
use crate::state::State;
use crate::tables::Tables;

/// A state that is to be opened in a [`SharedJournal`](forebay_journal::SharedJournal), see
/// [`Builder::tenant`](crate::Builder::tenant). It has the state's directory already, unless it could not get
/// it; that is told when the journal is opened.
pub struct StateTenant<T: Tables> {
    name: String,
    begun: Result<Opening<T>>,
}

/// A state while a shared journal is read.
pub struct StateReading<T: Tables>(Opening<T>);

impl<T: Tables> StateTenant<T> {
    pub(crate) fn new(name: String, home: &Home, settings: Settings) -> Self {
        Self { name, begun: Opening::begin(home, settings, true) }
    }
}

impl<T: Tables> Tenant for StateTenant<T> {
    type Opened = State<T>;
    type Reading = StateReading<T>;

    fn name(&self) -> String {
        self.name.clone()
    }

    /// It has the id of the state, so the records of another one are never taken for its own.
    fn label(&self) -> String {
        self.begun.as_ref().map_or_else(|_| String::new(), |opening| opening.identity.label())
    }

    fn read(self) -> Result<StateReading<T>> {
        let mut opening = self.begun?;
        opening.load()?;
        Ok(StateReading(opening))
    }
}

impl<T: Tables> Reading for StateReading<T> {
    type Opened = State<T>;

    fn record(&mut self, number: u64, record: &[u8]) -> Result<()> {
        self.0.record(number, record)
    }

    fn forgotten(&mut self) {
        self.0.forget();
    }

    fn end(&mut self, last: u64) -> Result<()> {
        self.0.end(Some(last))
    }

    fn settle(&mut self) -> Result<()> {
        self.0.settle()
    }

    fn begin(self, channel: Channel, recovery: &Recovery) -> Result<State<T>> {
        let core = self.0.take(channel, recovery.clone())?;
        let state = State::opened(core)?;
        state.make_room_for_others();
        Ok(state)
    }
}

impl<T: Tables> fmt::Debug for StateTenant<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateTenant").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<T: Tables> fmt::Debug for StateReading<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateReading").finish_non_exhaustive()
    }
}
