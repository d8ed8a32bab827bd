//! A ledger and a cache in one journal.

use std::sync::Arc;

use forebay_cache::{Builder, Cache, Joint, Settings};
use forebay_journal::disk::Directories;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{
    Channel, Frame, Partner, Reading, Recovery, Settings as JournalSettings, SharedJournal, Tenant,
    append_together, encode_together,
};
use forebay_store::fault::{Held, Script, Scripted};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{IntoStore, MemoryStore, Postcard, Result, SharedStore};

pub(super) type Building = Builder<String, Vec<u8>>;
pub(super) type HeldLife = (Channel, Cache<String, Vec<u8>>, Arc<Held<String, Vec<u8>>>);
pub(super) type Orders = Joint<String, Vec<u8>>;

/// Notes what it is handed.
#[derive(Default)]
pub(super) struct Ledger(Vec<String>);

impl Tenant for Ledger {
    type Opened = (Channel, Vec<String>);
    type Reading = Self;

    fn name(&self) -> String {
        "ledger".to_owned()
    }

    fn label(&self) -> String {
        "ledger 1".to_owned()
    }

    fn read(self) -> Result<Self> {
        Ok(self)
    }
}

impl Reading for Ledger {
    type Opened = (Channel, Vec<String>);

    fn record(&mut self, _number: u64, record: &[u8]) -> Result<()> {
        self.0.push(String::from_utf8(record.to_vec()).unwrap());
        Ok(())
    }

    fn forgotten(&mut self) {
        self.0.clear();
    }

    fn begin(self, channel: Channel, _: &Recovery) -> Result<Self::Opened> {
        Ok((channel, self.0))
    }
}

/// What stays when a process ends.
pub(super) struct World {
    pub(super) disk: SimulatedDisk,
    pub(super) store: Arc<MemoryStore<String, Vec<u8>>>,
}

pub(super) struct Life {
    pub(super) ledger: Channel,
    pub(super) noted: Vec<String>,
    pub(super) cache: Cache<String, Vec<u8>>,
    pub(super) script: Arc<Script<String>>,
    pub(super) clock: Arc<ManualClock>,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let store = Arc::new(MemoryStore::new().with_clock(ManualClock::new()));
        Self { disk: SimulatedDisk::new(seed), store }
    }

    /// A process; the store is down.
    pub(super) fn open(&self) -> Life {
        self.open_as(Settings::default(), |builder| builder).unwrap()
    }

    pub(super) fn open_as(
        &self,
        settings: Settings,
        build: impl FnOnce(Building) -> Building,
    ) -> Result<Life> {
        let build = |builder: Building| build(builder.write_behind(settings));
        self.open_in(self.disk.directory("journal"), |journal| journal, build)
    }

    /// The same where the journal is there, and has other settings.
    pub(super) fn open_in(
        &self,
        directories: impl Into<Directories>,
        set: impl FnOnce(JournalSettings) -> JournalSettings,
        build: impl FnOnce(Building) -> Building,
    ) -> Result<Life> {
        let clock = ManualClock::new();
        let (scripted, script) = Scripted::new(Arc::clone(&self.store));
        script.go_down();
        let builder = Cache::builder(scripted).seams(clock.seams(1)).shards(4);
        let mail = build(builder).tenant_with("mail", Postcard);
        let settings = JournalSettings {
            segment_bytes: 64 << 10,
            bytes_max: 8 << 16,
            seams: clock.seams(self.disk.steps()),
            ..JournalSettings::default()
        };
        let journal = SharedJournal::in_directory(directories, set(settings));
        let ((ledger, noted), cache) = journal.open((Ledger::default(), mail))?;
        Ok(Life { ledger, noted, cache, script, clock })
    }

    /// A cache whose store holds its calls.
    pub(super) fn open_held(&self) -> HeldLife {
        let clock = ManualClock::new();
        let seams = clock.seams(1);
        let held = Held::new(Arc::clone(&self.store).into_store(&seams));
        let store: SharedStore<String, Vec<u8>> = Arc::clone(&held) as _;
        let mail = Cache::builder(store).seams(seams).write_behind(Settings::default());
        let settings = JournalSettings { seams: clock.seams(2), ..JournalSettings::default() };
        let journal = SharedJournal::in_directory(self.disk.directory("journal"), settings);
        let tenants = (Ledger::default(), mail.tenant_with("mail", Postcard));
        let ((ledger, _), cache) = journal.open(tenants).unwrap();
        (ledger, cache, held)
    }

    pub(super) fn kill(&self, life: Life) {
        self.disk.kill();
        drop(life);
    }
}

impl Life {
    /// Puts the same value under all these keys.
    pub(super) fn joint(&self, keys: &[&str], value: &[u8]) -> Orders {
        let mut joint = self.cache.joint().unwrap();
        for key in keys {
            joint.put((*key).to_owned(), value.to_vec()).unwrap();
        }
        joint
    }

    /// The frame of an order of the ledger's, with the records of the cache.
    pub(super) fn frame(&self, order: &str, joint: &mut Orders) -> Frame {
        let mut frame = Frame::new();
        let write = |bytes: &mut Vec<u8>| {
            self.ledger.begin_record(bytes);
            bytes.extend_from_slice(order.as_bytes());
            Ok(())
        };
        frame.push_with(write).unwrap();
        encode_together(&self.ledger, &mut frame, &mut [joint]).unwrap();
        frame
    }

    /// Tries once.
    pub(super) fn append(&self, frame: &mut Frame, joint: &mut Orders) -> Result<u64> {
        let appended = append_together(&self.ledger, frame, &mut [joint]);
        joint.end();
        appended
    }

    pub(super) fn write(&self, order: &str, mut joint: Orders) -> Result<u64> {
        let mut frame = self.frame(order, &mut joint);
        self.append(&mut frame, &mut joint)
    }

    pub(super) fn peek(&self, key: &str) -> Option<Vec<u8>> {
        self.cache.peek(&key.to_owned())
    }
}
