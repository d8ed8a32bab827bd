//! What kind of run it is. A scenario fixes what it is about; the rest is drawn from the seed.

use std::time::Duration;

use forebay_cache::{ByteSize, Settings, WhenFull, WhenRefused};
use forebay_store::{Capabilities, Moment};

use crate::dice::Dice;

const LONG: WhenFull = WhenFull::Wait { at_most: Duration::MAX };
const SHORT: WhenFull = WhenFull::Wait { at_most: Duration::from_millis(200) };

/// A contract violation built into the store, for the canaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bug {
    /// None.
    #[default]
    None,
    /// It answers `Unknown`, and the write lands after that.
    LandsLate,
    /// It says `Stored` and has lost the write.
    LosesWrites,
    /// A load answers what was there long ago.
    LoadsStale,
}

/// In which ways clients write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// As the cache's default, which is behind.
    Behind,
    /// As the cache's default, which is through.
    Through,
    /// In every way, drawn for each write.
    Mixed,
    /// In every way, at every rung of a cache with a journal.
    Laddered,
    /// The same without `Journaled`: who asks for that may write to the journal himself, and waits
    /// for who does it already.
    Patient,
}

/// How the writes of one key fail for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sickness {
    /// They are refused by name.
    Refused,
    /// Every batch with one of them is refused as a whole.
    RefusedWholly,
    /// They are to be tried again.
    Retried,
    /// Nobody knows whether they happened.
    Unknown,
    /// Every batch with one of them fails as a whole.
    Poisons,
}

/// What kind of run it is.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each switches one thing of a run")]
pub struct Scenario {
    /// The name of its test.
    pub name: &'static str,
    /// Ways of writing.
    pub ways: Ways,
    /// Bytes that may be resident.
    pub capacity: ByteSize,
    /// Bytes that a value holds, at most; a few hold more.
    pub value_bytes_max: u64,
    /// Parts of the table.
    pub shards: usize,
    /// The store applies batches wholly or not at all.
    pub atomic: bool,
    /// How long absence is remembered.
    pub absence: Duration,
    /// Some values expire.
    pub expiry: bool,
    /// Keys that clients write.
    pub keys: u16,
    /// Keys that only somebody else writes, in the store.
    pub foreign_keys: u16,
    /// Clients.
    pub actors: usize,
    /// Operations of each client.
    pub operations: usize,
    /// The longest that an ordinary call of the store takes, in milliseconds: one of these.
    pub latencies: &'static [u64],
    /// Calls of the store that go wrong, in a thousand.
    pub faults: u64,
    /// The store is down for a while at times.
    pub outages: bool,
    /// Some keys are refused, for ever or for a while.
    pub refusals: bool,
    /// How long writes rest; `None`: a tenth of a second at most.
    pub flush_delay: Option<Duration>,
    /// Keys that may be dirty at once; `None`: as many as memory takes.
    pub dirty_entries_max: Option<usize>,
    /// Clients store values past the cache and say so.
    pub marks: bool,
    /// Clients scan, count and clear.
    pub scans: bool,
    /// Somebody closes the cache in the middle.
    pub closes: bool,
    /// The date jumps, forth and back.
    pub jumps: bool,
    /// The last handle is dropped at the end, without a close.
    pub is_dropped: bool,
    /// All the room that waiting writers may want: nothing but a fault makes an operation fail.
    pub is_roomy: bool,
    /// The world is punctual, and each write has to be stored in time.
    pub is_paced: bool,
    /// How the writes of key 0 fail.
    pub sickness: Option<Sickness>,
    /// One `clone` of a value panics.
    pub is_fragile: bool,
    /// Everything that can be switched on is: what keeps values for a time, refreshes and warms, promises and
    /// tells, pauses and drains.
    pub everything: bool,
    /// Callers who may wait for loads.
    pub loads_waiting_max: usize,
    /// What is wrong with the store.
    pub bug: Bug,
}

impl Scenario {
    /// By then a sick key is well again.
    pub(crate) const SICK_UNTIL: Moment = Moment(10_000_000_000);

    /// Writes go behind, into memory that holds everything, and all sorts of things go wrong.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            ways: Ways::Behind,
            capacity: ByteSize::mib(8),
            value_bytes_max: 120,
            shards: 1,
            atomic: false,
            absence: Duration::ZERO,
            expiry: false,
            keys: 6,
            foreign_keys: 0,
            actors: 4,
            operations: 25,
            latencies: &[1, 10, 200],
            faults: 150,
            outages: true,
            refusals: true,
            flush_delay: None,
            dirty_entries_max: None,
            marks: false,
            scans: false,
            closes: false,
            jumps: false,
            is_dropped: false,
            is_roomy: false,
            is_paced: false,
            sickness: None,
            is_fragile: false,
            everything: false,
            loads_waiting_max: 65_536,
            bug: Bug::None,
        }
    }

    /// Nothing goes wrong.
    pub fn calm(mut self) -> Self {
        (self.faults, self.outages, self.refusals) = (0, false, false);
        self
    }

    /// Each write has to be stored in time; only the writes of key 0 may fail.
    pub fn paced(self, sickness: Option<Sickness>) -> Self {
        Self { is_roomy: true, is_paced: true, sickness, ..self.calm() }
    }

    /// Memory that holds a few keys of many.
    pub fn tiny(mut self) -> Self {
        (self.capacity, self.keys) = (ByteSize::kib(4), 40);
        self
    }

    /// Whether there is a journal.
    pub(crate) fn is_journaled(&self) -> bool {
        matches!(self.ways, Ways::Laddered | Ways::Patient)
    }

    /// How many keys there are.
    pub(crate) fn all_keys(&self) -> u16 {
        self.keys + self.foreign_keys
    }

    /// Whether nothing goes wrong.
    pub(crate) fn is_calm(&self) -> bool {
        let is_well = self.faults == 0 && !self.outages && !self.refusals;
        is_well && self.sickness.is_none() && !self.is_fragile
    }

    /// The settings of a run of this seed, which draws from `dice`, too.
    pub(crate) fn settings(&self, seed: u64, dice: &Dice) -> Settings {
        let mut settings = self.draw_settings(dice);
        // With draws of its own, so that it changes nothing about the others.
        if self.everything && Dice::new(seed, 42).chance(500) {
            settings.when_refused = WhenRefused::Queue;
        }
        settings
    }

    fn draw_settings(&self, dice: &Dice) -> Settings {
        let micros = *dice.pick(&[0, 1000, 20_000, 100_000]);
        let min = *dice.pick(&[1, 50]);
        let mut settings = Settings {
            dirty_bytes_max: None,
            quarantine_bytes_max: None,
            dirty_entries_max: self.dirty_entries_max.unwrap_or(1_000_000),
            flush_delay: self.flush_delay.unwrap_or(Duration::from_micros(micros)),
            flushes_in_flight_max: *dice.pick(&[1, 2, 4]),
            batch_ops_max: *dice.pick(&[1, 2, 5, 256]),
            retry_delay_min: Duration::from_millis(min),
            retry_delay_max: Duration::from_millis(min * dice.pick(&[1, 20])),
            when_full: *dice.pick(&[LONG, SHORT, WhenFull::Refuse]),
            waiting_writers_max: *dice.pick(&[2, 65_536]),
            batch_bytes_max: ByteSize::mib(16),
            when_refused: WhenRefused::Supersede,
        };
        if self.is_roomy {
            settings.waiting_writers_max = 65_536;
        }
        if self.is_paced {
            // One flight for the sick key, one for who waits for an answer, one for the others.
            (settings.flushes_in_flight_max, settings.batch_ops_max) = (4, 256);
            settings.retry_delay_max = Duration::from_secs(30);
        }
        if settings.batch_ops_max == 5 {
            // A few of the entries here, whose weights differ.
            settings.batch_bytes_max = ByteSize::bytes(250);
        }
        settings
    }

    pub(crate) fn capabilities(&self, dice: &Dice) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.atomic_batch = self.atomic;
        capabilities.batch_ops_max = *dice.pick(&[1, 2, 3, 8, 256]);
        capabilities.concurrency = *dice.pick(&[1, 2, 4, 16]);
        capabilities.expiry = self.expiry && dice.chance(500);
        capabilities.scan = true;
        if self.is_paced {
            (capabilities.batch_ops_max, capabilities.concurrency) = (256, 4);
        }
        capabilities
    }
}
