//! A state about to be opened.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use forebay_journal::Settings as JournalSettings;
use forebay_store::{Durability, Result, Seams};

use crate::open::{self, Home, Mode, StateTenant};
use crate::settings::Settings;
use crate::snapshot::SnapshotSettings;
use crate::state::State;
use crate::tables::Tables;

/// Opens a state with other settings than the usual ones.
#[must_use = "a state is there once it is opened"]
pub struct Builder<T: Tables> {
    home: Home,
    settings: Settings,
    _tables: PhantomData<fn() -> T>,
}

impl<T: Tables> Builder<T> {
    pub(crate) fn new(home: Home) -> Self {
        Self { home, settings: Settings::default(), _tables: PhantomData }
    }

    /// All settings at once.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// How safe a transaction is when [`State::write`] answers; see [`Settings::rung`].
    pub fn rung(mut self, rung: Durability) -> Self {
        self.settings.rung = rung;
        self
    }

    /// The settings of the journal; see [`Settings::journal`].
    pub fn journal(mut self, settings: JournalSettings) -> Self {
        self.settings.journal = settings;
        self
    }

    /// What is done about what cannot be read; see [`Settings::mode`].
    ///
    /// ```
    /// # use forebay_journal::disk::simulated::SimulatedDisk;
    /// # use forebay_state::{Home, Mode, State, Table};
    /// # #[derive(State, Clone)]
    /// # struct Shop {
    /// #     #[table(id = 1)]
    /// #     users: Table<String, u32>,
    /// # }
    /// # let home = Home::simulated(SimulatedDisk::new(1), "shop");
    /// let shop = State::<Shop>::builder(home).mode(Mode::Recover).open()?;
    /// for quarantined in shop.read().quarantine() {
    ///     println!("table {}: {}", quarantined.table(), quarantined.cause());
    /// }
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn mode(mut self, mode: Mode) -> Self {
        self.settings.mode = mode;
        self
    }

    /// The most bytes of values in quarantine; see [`Settings::quarantine_bytes_max`].
    pub fn quarantine_bytes_max(mut self, bytes: u64) -> Self {
        self.settings.quarantine_bytes_max = bytes;
        self
    }

    /// How long a transaction waits for room in a full journal, or with a cache; see [`Settings::room_wait`].
    pub fn room_wait(mut self, limit: Duration) -> Self {
        self.settings.room_wait = limit;
        self
    }

    /// When snapshots are made, and how; see [`Settings::snapshots`].
    pub fn snapshots(mut self, settings: SnapshotSettings) -> Self {
        self.settings.snapshots = settings;
        self
    }

    /// Time, threads and randomness.
    pub fn seams(mut self, seams: Seams) -> Self {
        self.settings.seams = seams;
        self
    }

    /// Makes the state a tenant of this name in a [`SharedJournal`](forebay_journal::SharedJournal), instead of
    /// one with a journal of its own. A cache may be another tenant; then its writes can be part of the state's
    /// transactions. The state's directory holds its snapshots. It is locked at once; an error of that is
    /// reported when the journal is opened. [`Settings::journal`] is not used.
    ///
    /// A state stays what it was made as: one that has a journal of its own cannot become a tenant, nor the
    /// other way round, and it is opened with the journal that it was made in.
    ///
    /// ```
    /// # use forebay_journal::disk::simulated::SimulatedDisk;
    /// # use forebay_state::Home;
    /// use forebay_cache::{Cache, Settings};
    /// use forebay_journal::SharedJournal;
    /// use forebay_state::{State, Table};
    /// use forebay_store::MemoryStore;
    ///
    /// #[derive(State, Clone)]
    /// struct Shop {
    ///     #[table(id = 1)]
    ///     orders: Table<u64, String>,
    /// }
    ///
    /// # let disk = SimulatedDisk::new(1);
    /// # let (home, directory) = (Home::simulated(disk.clone(), "shop"), disk.directory("journal"));
    /// let mail = Cache::<u64, String>::builder(MemoryStore::new()).write_behind(Settings::default());
    /// let tenants = (State::<Shop>::builder(home).tenant("shop"), mail.tenant("mail"));
    /// let (shop, mail) = SharedJournal::in_directory(directory, Default::default()).open(tenants)?;
    ///
    /// shop.write(|tx| {
    ///     tx.orders.put(7, "a kettle".to_owned())?;
    ///     tx.enlist(&mail)?.put(7, "we have got your order".to_owned())
    /// })?;
    /// assert_eq!(mail.peek(&7).as_deref(), Some("we have got your order"));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn tenant(self, name: impl Into<String>) -> StateTenant<T> {
        StateTenant::new(name.into(), &self.home, self.settings)
    }

    /// Opens the state, and makes it if nothing is there. It blocks.
    ///
    /// # Errors
    ///
    /// As [`State::open`].
    pub fn open(self) -> Result<State<T>> {
        State::opened(open::open(&self.home, self.settings)?)
    }
}

impl<T: Tables> fmt::Debug for Builder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("home", &self.home)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
