//! Builds a pool.

use std::sync::Arc;

use forebay_store::{ByteSize, Error, Result, Seams};

use crate::budget::{Ledger, WhenFull};
use crate::event::{Watch, Watcher};
use crate::inner::Inner;
use crate::lanes::Lanes;
use crate::medium::{Account, Medium};
use crate::order::{Order, Queue};
use crate::pool::Pool;
use crate::settings::Settings;

/// What memory knows of an object: its slot, its blob, its places in the order and among the known keys.
/// A test measures it.
pub(crate) const SLOT_BYTES: u64 = 704;

/// Builds a [`Pool`].
#[must_use = "there is no pool before `build`"]
#[derive(Debug, Default)]
pub struct Builder {
    memory: Option<ByteSize>,
    medium: Option<Arc<dyn Medium>>,
    marks: Option<(f64, f64)>,
    order: Order,
    when_full: WhenFull,
    lanes: Option<(usize, usize)>,
    objects_max: Option<u64>,
    watch: Watch,
    seams: Option<Seams>,
}

impl Builder {
    /// The bound of everything that is counted. Required.
    pub fn memory(mut self, memory: ByteSize) -> Self {
        self.memory = Some(memory);
        self
    }

    /// Where blobs go. Without a medium nothing is evicted, and what does not fit waits.
    pub fn spill(mut self, medium: impl Medium) -> Self {
        self.medium = Some(Arc::new(medium));
        self
    }

    /// Above the share `low` unsaved objects are written ahead, above `high` objects are evicted.
    /// Default 0.80 and 0.95.
    pub fn marks(mut self, low: f64, high: f64) -> Self {
        self.marks = Some((low, high));
        self
    }

    /// The order in which objects leave memory.
    pub fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// What an insert or a load does if there is no room. Default: it waits for half a minute at most.
    pub fn when_full(mut self, when_full: WhenFull) -> Self {
        self.when_full = when_full;
        self
    }

    /// How many reads and how many writes run at once, 1 to 1,024 each. Default 4 and 2.
    pub fn lanes(mut self, reads: usize, writes: usize) -> Self {
        self.lanes = Some((reads, writes));
        self
    }

    /// How many objects there may be; beyond, an insert is `Busy`. Default: as many as their slots take a
    /// quarter of the memory, 16 million at most.
    pub fn objects_max(mut self, objects: u64) -> Self {
        self.objects_max = Some(objects);
        self
    }

    /// Sets the watcher, which is told what happens ([`Event`](crate::Event)).
    pub fn watch(mut self, watcher: impl Watcher) -> Self {
        self.watch = Watch(Some(Arc::new(watcher)));
        self
    }

    /// Time, threads and randomness. Default: the real ones.
    pub fn seams(mut self, seams: Seams) -> Self {
        self.seams = Some(seams);
        self
    }

    /// The pool. `Invalid` names the setting that is wrong.
    pub fn build(self) -> Result<Pool> {
        let settings = self.checked()?;
        let seams = self.seams.unwrap_or_default();
        let ledger = Ledger::new(&settings, &seams);
        if let Some(medium) = &self.medium {
            ledger.keep(medium.traits().memory);
            medium.counted_in(Account::of(&ledger));
        }
        let spawn = Arc::clone(&seams.spawn);
        let lanes = Lanes::new(settings.reads, settings.writes, spawn, &ledger);
        let queue = Queue::new(settings.order);
        let (medium, watch) = (self.medium, self.watch);
        if let Some(medium) = medium.as_ref().filter(|_| watch.0.is_some()) {
            medium.watched_by(Arc::new(watch.clone()));
        }
        Ok(Pool::of(Inner::of(ledger, queue, lanes, medium, seams, watch, settings)))
    }

    fn checked(&self) -> Result<Settings> {
        let memory = self.memory.ok_or_else(|| Error::invalid("a pool needs `memory`"))?;
        let (low, high) = self.marks.unwrap_or((0.80, 0.95));
        if !(0.0 < low && low <= high && high <= 1.0) {
            return Err(Error::invalid(format!("`marks` {low}, {high}: 0 < low <= high <= 1")));
        }
        let (reads, writes) = self.lanes.unwrap_or((4, 2));
        if !(1..=1024).contains(&reads) || !(1..=1024).contains(&writes) {
            return Err(Error::invalid(format!("`lanes` {reads}, {writes}: each from 1 to 1,024")));
        }
        if let Order::Segmented { protected } = self.order
            && !(0.0..=1.0).contains(&protected)
        {
            return Err(Error::invalid(format!("`order`: a protected share of {protected}")));
        }
        self.check_standing(memory, writes)?;
        let objects_max =
            self.objects_max.unwrap_or_else(|| (memory.as_bytes() / 4 / SLOT_BYTES).min(16 << 20));
        let (order, when_full) = (self.order, self.when_full);
        Ok(Settings { memory, low, high, order, when_full, reads, writes, objects_max })
    }

    /// The buffers of writes and the medium's own memory may be half of it all, so that there is room
    /// for objects.
    fn check_standing(&self, memory: ByteSize, writes: usize) -> Result<()> {
        let buffers = Lanes::buffers(writes, memory.as_bytes());
        let medium = self.medium.as_ref().map_or(0, |medium| medium.traits().memory);
        let standing = ByteSize::bytes(buffers.saturating_add(medium));
        if standing.as_bytes() > memory.as_bytes() / 2 {
            return Err(Error::invalid(format!(
                "`memory` of {memory} must be twice what the pool itself needs, which is {standing}"
            )));
        }
        Ok(())
    }
}
