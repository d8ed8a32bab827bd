//! A shop and its mail in one journal.

use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{Cache, CacheTenant, Settings};
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{Settings as JournalSettings, SharedJournal};
use forebay_state::snapshot::SnapshotSettings;
use forebay_state::{Home, State, StateTenant, Table};
use forebay_store::fault::{Script, Scripted};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{MemoryStore, Op, Postcard, Result};
use serde::{Deserialize, Serialize};

pub(super) const SECOND: Duration = Duration::from_secs(1);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) what: String,
}

#[derive(State, Clone)]
pub(super) struct Shop {
    #[table(id = 1)]
    pub(super) orders: Table<u64, Order>,
    #[table(id = 2)]
    pub(super) stock: Table<String, u64>,
}

pub(super) type Mail = Cache<String, Vec<u8>>;

/// What stays when a process ends.
pub(super) struct World {
    pub(super) disk: SimulatedDisk,
    pub(super) store: Arc<MemoryStore<String, Vec<u8>>>,
    pub(super) segments: u64,
    pub(super) snapshots: SnapshotSettings,
    pub(super) room_wait: Duration,
    pub(super) buffer_max: usize,
}

pub(super) struct Life {
    pub(super) shop: State<Shop>,
    pub(super) mail: Mail,
    pub(super) script: Arc<Script<String>>,
    pub(super) clock: Arc<ManualClock>,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let store = Arc::new(MemoryStore::new().with_clock(ManualClock::new()));
        let disk = SimulatedDisk::new(seed);
        let (snapshots, room_wait) = (SnapshotSettings::default(), SECOND * 10);
        Self { disk, store, segments: 8, snapshots, room_wait, buffer_max: 64 << 20 }
    }

    /// A process; the store is down.
    pub(super) fn open(&self) -> Life {
        self.open_as(Settings::default()).unwrap()
    }

    pub(super) fn open_as(&self, settings: Settings) -> Result<Life> {
        let clock = ManualClock::new();
        let (mail, script) = self.mail(&clock, settings);
        let (shop, mail) = self.journal(&clock).open((self.shop(&clock), mail))?;
        Ok(Life { shop, mail, script, clock })
    }

    pub(super) fn home(&self) -> Home {
        Home::simulated(self.disk.clone(), "shop")
    }

    pub(super) fn shop(&self, clock: &Arc<ManualClock>) -> StateTenant<Shop> {
        let seams = clock.seams(self.disk.steps() << 8);
        let builder = State::builder(self.home()).seams(seams).snapshots(self.snapshots);
        builder.room_wait(self.room_wait).tenant("shop")
    }

    pub(super) fn mail(
        &self,
        clock: &Arc<ManualClock>,
        settings: Settings,
    ) -> (CacheTenant<String, Vec<u8>>, Arc<Script<String>>) {
        let (scripted, script) = Scripted::new(Arc::clone(&self.store));
        script.go_down();
        let builder = Cache::builder(scripted).seams(clock.seams(1)).shards(4);
        (builder.write_behind(settings).tenant_with("mail", Postcard), script)
    }

    pub(super) fn journal(&self, clock: &Arc<ManualClock>) -> SharedJournal {
        let settings = JournalSettings {
            segment_bytes: 64 << 10,
            bytes_max: self.segments << 16,
            buffer_max: self.buffer_max,
            seams: clock.seams(self.disk.steps()),
            ..JournalSettings::default()
        };
        SharedJournal::in_directory(self.disk.directory("journal"), settings)
    }

    pub(super) fn kill(&self, life: Life) {
        self.disk.kill();
        drop(life);
    }

    pub(super) fn power_cut(&self, life: Life) {
        self.disk.power_cut();
        drop(life);
    }
}

impl Life {
    /// An order and a mail about it, in one transaction.
    pub(super) fn order(&self, number: u64) -> Result<()> {
        self.shop.write(|tx| {
            tx.orders.put(number, order(number))?;
            tx.enlist(&self.mail)?.put(key(number), b"thank you".to_vec())
        })
    }

    /// Whether the order and its mail are there: both or neither.
    pub(super) fn has(&self, number: u64) -> bool {
        let has = self.shop.read().orders.get(&number).is_some();
        assert_eq!(self.mail.peek(&key(number)).is_some(), has, "both or neither of {number}");
        has
    }
}

pub(super) fn order(number: u64) -> Order {
    Order { what: format!("{number} kettles") }
}

pub(super) fn key(number: u64) -> String {
    format!("to the buyer of {number}")
}

/// The answer of an operation that has been answered.
pub(super) fn answered<T: Send + 'static>(op: Op<T>) -> Result<T> {
    op.try_take().unwrap_or_else(|_| panic!("it should be answered"))
}
