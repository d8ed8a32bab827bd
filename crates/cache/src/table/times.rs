//! How long the memory copy of a stored value answers: its time to live, its idle time, and when the store is
//! asked again before or after that.
//!
//! All of it concerns clean values only. What is not stored yet is the newest there is and answers for as
//! long as the value itself is not over (G2, G10); its times begin when it is stored. Slots are as small as
//! before for who asks for none of it: what has to be known of each entry is in rows of their own.

use forebay_store::sync::atomic::{AtomicU64, Ordering};

use super::entry::{Entry, Held};
use super::refresh::Postponed;
use super::shard::Shard;
use crate::settings::Lifetimes;

/// The times of a shard's entries.
#[derive(Debug)]
pub(crate) struct Times {
    plan: Lifetimes,
    /// Where the next share of the jitter comes from.
    dice: u64,
    /// By slot; as many as it takes, and none where the deadline of the entry says all.
    rows: Vec<Row>,
}

/// What the deadline of a clean entry does not say. All are milliseconds of wall time.
#[derive(Debug, Default)]
struct Row {
    /// When it was last read, if idle time matters.
    touched: AtomicU64,
    /// From when on a hit asks the store again. `u64::MAX` while somebody does.
    again: AtomicU64,
    /// The end of its time to live.
    over: u64,
    /// Loads that failed since then.
    failures: u32,
}

/// The bytes of one.
pub(crate) const ROW_BYTES: usize = size_of::<Row>();

/// What a hit has found out about times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Used {
    /// Whoever is told this asks the store again; nobody else is told until that has ended.
    pub(crate) is_to_refresh: bool,
    /// The time to live is over.
    pub(crate) is_stale: bool,
}

impl Times {
    /// For a shard whose jitter begins with `dice`. `None` if there is no time to keep.
    pub(crate) fn of(plan: Lifetimes, dice: impl FnOnce() -> u64) -> Option<Box<Self>> {
        plan.is_any().then(|| Box::new(Self { plan, dice: dice(), rows: Vec::new() }))
    }

    /// A value that is over at `expiry`, 0 for never, is clean from now on. Says until when it may be read.
    fn begin(&mut self, at: u32, wall: u64, expiry: u64) -> u64 {
        let over = wall.saturating_add(self.draw());
        let plan = self.plan;
        if plan.has_rows() {
            let at = at as usize;
            if self.rows.len() <= at {
                self.rows.resize_with(at + 1, Row::default);
            }
            let again = if plan.asks_again() { over.saturating_sub(plan.ahead) } else { u64::MAX };
            self.rows[at] =
                Row { touched: AtomicU64::new(wall), again: again.into(), over, failures: 0 };
        }
        let readable = over.saturating_add(plan.revalidate);
        if expiry == 0 { readable } else { readable.min(expiry) }
    }

    /// The time to live of one entry, shortened by a share that is drawn anew for each.
    fn draw(&mut self) -> u64 {
        let live = self.plan.live;
        let most = live / 100 * u64::from(self.plan.jitter);
        if most == 0 || live == u64::MAX {
            return live;
        }
        // A step of SplitMix64 (Steele, Lea, Flood, 2014).
        self.dice = self.dice.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.dice;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        live - (mixed ^ (mixed >> 31)) % (most + 1)
    }

    /// The load that was to replace a value has failed.
    fn postpone(&mut self, at: u32, postponed: Postponed) {
        if let Some(row) = self.rows.get_mut(at as usize) {
            row.again.store(postponed.again, Ordering::Relaxed);
            row.touched.fetch_max(postponed.readable, Ordering::Relaxed);
            row.failures = postponed.failures;
        }
    }

    fn row(&self, at: u32) -> Option<&Row> {
        self.rows.get(at as usize)
    }

    fn is_idle(&self, at: u32, wall: u64) -> bool {
        let idle =
            |row: &Row| wall >= row.touched.load(Ordering::Relaxed).saturating_add(self.plan.idle);
        self.plan.idle != u64::MAX && self.row(at).is_some_and(idle)
    }

    fn used(&self, at: u32, wall: u64) -> Used {
        let Some(row) = self.row(at) else { return Used::default() };
        if self.plan.idle != u64::MAX {
            row.touched.store(wall, Ordering::Relaxed);
        }
        let again = row.again.load(Ordering::Relaxed);
        let is_to_refresh = wall >= again
            && row
                .again
                .compare_exchange(again, u64::MAX, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        Used { is_to_refresh, is_stale: wall >= row.over }
    }
}

impl Times {
    /// Until when a value stands in for a load that fails, 0 if it never does, and how many have.
    pub(super) fn in_vain(&self, at: u32) -> Option<(u64, u32)> {
        let row = self.row(at)?;
        let until = if self.plan.error == 0 { 0 } else { row.over.saturating_add(self.plan.error) };
        Some((until, row.failures))
    }

    /// Whether the time to live is over, as far as it matters.
    pub(super) fn is_over(&self, at: u32, wall: u64) -> bool {
        self.row(at).is_some_and(|row| wall >= row.over)
    }
}

impl<K, V> Shard<K, V> {
    /// Whether what a clean entry holds is not to be read any more, or what is not stored is over by itself.
    /// Its deadline is not 0.
    pub(super) fn is_past(&self, at: u32, wall: u64) -> bool {
        let entry = &self.entries[at];
        wall >= self.entries.deadline(at) || self.is_idle(at, wall, entry)
    }

    fn is_idle(&self, at: u32, wall: u64, entry: &Entry<K, V>) -> bool {
        let Some(times) = &self.times else { return false };
        // G10: nobody waits for what is not stored to be read.
        self.is_clean_value(at, entry) && times.is_idle(at, wall)
    }

    fn is_clean_value(&self, at: u32, entry: &Entry<K, V>) -> bool {
        let is_unstored =
            self.works.get(self.entries.ties(at).work).is_some_and(super::work::Work::is_unstored);
        !is_unstored && matches!(entry.held(), Held::Value(_))
    }

    /// A hit: notes a use for the eviction policy, and for the times of the entry if it has some.
    #[inline]
    pub(super) fn touch(&self, at: u32, entry: &Entry<K, V>, wall: impl Fn() -> u64) -> Used {
        entry.touch();
        match &self.times {
            // What its row says is of the value that was there before, as long as it is not stored.
            Some(times) if entry.is_timed() && self.is_clean_value(at, entry) => {
                times.used(at, wall())
            }
            _ => Used::default(),
        }
    }

    /// What an entry holds is clean from now on: its times begin.
    pub(super) fn begin_times(&mut self, at: u32, wall: u64) {
        let Some(times) = &mut self.times else { return };
        if self.entries[at].value().is_some() {
            let deadline = times.begin(at, wall, self.entries.deadline(at));
            self.entries.set_deadline(at, deadline);
        }
    }

    /// The load of a value has failed, and is put off.
    pub(super) fn postpone(&mut self, at: u32, postponed: Postponed) {
        let Some(times) = &mut self.times else { return };
        if self.entries[at].value().is_some() {
            times.postpone(at, postponed);
            let deadline = self.entries.deadline(at).max(postponed.readable);
            self.entries.set_deadline(at, deadline);
        }
    }

    /// Whoever was to ask the store again has not: somebody is to be told once more, from `again` on.
    pub(crate) fn put_off(&self, at: u32, again: u64) {
        if let Some(row) = self.times.as_ref().and_then(|times| times.row(at)) {
            row.again.store(again, Ordering::Relaxed);
        }
    }
}
