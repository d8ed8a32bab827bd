//! What a run is to be like.

use std::time::Duration;

use forebay_store::Moment;

/// How the store is for a while.
#[derive(Clone, Copy, Debug)]
pub struct Spell {
    /// For how long.
    pub length: Duration,
    /// What a call takes, whatever is in it.
    pub fixed: Duration,
    /// What each write in it adds.
    pub each: Duration,
    /// Every call fails.
    pub is_down: bool,
}

impl Spell {
    /// The store is up, and a call takes so many milliseconds.
    pub fn up(seconds: u64, millis: u64) -> Self {
        let (length, fixed) = (Duration::from_secs(seconds), Duration::from_millis(millis));
        Self { length, fixed, each: Duration::ZERO, is_down: false }
    }

    /// The store is down; its calls fail after a millisecond.
    pub fn down(seconds: u64) -> Self {
        Self { is_down: true, ..Self::up(seconds, 1) }
    }
}

/// What a run is to be like. What the plan leaves open, the seed says.
#[derive(Clone, Debug)]
pub struct PromisePlan {
    /// What is promised.
    pub promised: Duration,
    /// How the store is, one after another; after the last it is as in that.
    pub spells: Vec<Spell>,
    /// Calls that the store serves side by side.
    pub concurrency: usize,
    /// Writes in a call at most.
    pub batch_max: usize,
    /// Parts of the table.
    pub shards: usize,
    /// Keys that are written.
    pub keys: u16,
    /// Writes of a second.
    pub rate: u64,
    /// Writes that come at once at the beginning.
    pub burst: u64,
    /// Of a thousand writes, so many want to be told when they are stored.
    pub awaited: u64,
    /// Somebody flushes each second.
    pub flushes: bool,
    /// The store fails every write of key 0, alone.
    pub is_sick: bool,
}

impl PromisePlan {
    /// Everybody is well, and the store fast.
    pub fn new() -> Self {
        Self {
            promised: Duration::from_secs(5),
            spells: vec![Spell::up(20, 1)],
            concurrency: 4,
            batch_max: 16,
            shards: 4,
            keys: 1000,
            rate: 100,
            burst: 0,
            awaited: 0,
            flushes: false,
            is_sick: false,
        }
    }

    /// How the store is at a moment.
    pub(super) fn at(&self, now: Moment) -> Spell {
        let mut end = Moment::default();
        let spell = self.spells.iter().find(|spell| {
            end = end.after(spell.length);
            now < end
        });
        *spell.or(self.spells.last()).expect("a plan has a spell")
    }

    /// For how long there are writes.
    pub(super) fn length(&self) -> Duration {
        self.spells.iter().map(|spell| spell.length).sum()
    }

    /// How many writes a second the store takes at least, if its calls are full.
    pub fn capacity(&self) -> u64 {
        let writes = self.batch_max as u64;
        let call = |spell: &Spell| spell.fixed + spell.each * u32::try_from(writes).unwrap_or(1);
        let slowest = self.spells.iter().map(call).max().unwrap_or_default();
        let micros = u64::try_from(slowest.as_micros()).unwrap_or(u64::MAX).max(1);
        writes * self.concurrency as u64 * 1_000_000 / micros
    }
}

impl Default for PromisePlan {
    fn default() -> Self {
        Self::new()
    }
}
