//! The numbers of a pool.

use std::time::Duration;

use forebay_store::ByteSize;
use forebay_store::sync::atomic::Ordering;

use crate::inner::Inner;
use crate::medium::Usage;
use crate::slot::Standing;
use crate::transfers::Transfers;

/// The numbers of a pool at one moment, as [`Pool::stats`](crate::Pool::stats) takes them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stats {
    /// The bound of everything that is counted.
    pub budget: ByteSize,
    /// Values in memory.
    pub resident: ByteSize,
    /// Values on their way into memory.
    pub loading: ByteSize,
    /// Blobs that are made or on their way to or from a medium, and the buffers for that.
    pub encoding: ByteSize,
    /// What callers have reserved.
    pub reserved: ByteSize,
    /// What the pool needs for itself, slots included.
    pub own: ByteSize,
    /// Callers that wait for room now.
    pub waiting: u64,
    /// Callers that have waited for room so far.
    pub waits: u64,
    /// Callers that have waited for room so far and got none.
    pub waits_in_vain: u64,
    /// The longest time that a caller has waited for room.
    pub longest_wait: Duration,
    /// The number of objects in each state.
    pub objects: Objects,
    /// Values that were found in memory.
    pub hits: u64,
    /// Writes of blobs by the pool; what an archive writes of an object is not counted.
    pub writes: Transfers,
    /// Loads from blobs, in the medium and in archives.
    pub loads: Transfers,
    /// Callers that waited for a load that another caller had begun.
    pub loads_joined: u64,
    /// Values that have left memory.
    pub evictions: u64,
    /// What the evicted values weighed.
    pub evicted: ByteSize,
    /// Values that were to leave memory after a write, and stayed because they were used meanwhile.
    pub rescues: u64,
    /// Objects that are pinned now.
    pub pinned: u64,
    /// What the pinned objects weigh.
    pub pinned_bytes: ByteSize,
    /// Prefetches that were asked for and not tried, because too many were waiting.
    pub prefetches_forgotten: u64,
    /// What is in the medium, if there is one.
    pub medium: Option<Usage>,
}

/// The number of objects in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Objects {
    /// In memory, with no blob.
    pub unsaved: u64,
    /// In memory, and the last write has failed.
    pub troubled: u64,
    /// In memory, and being written.
    pub writing: u64,
    /// In memory, with a blob.
    pub saved: u64,
    /// In the medium only.
    pub spilled: u64,
    /// In the medium, and being read.
    pub loading: u64,
    /// Being changed.
    pub lent: u64,
}

impl Objects {
    /// The number of all objects.
    pub fn all(&self) -> u64 {
        let here = self.unsaved + self.troubled + self.writing + self.saved + self.lent;
        here + self.spilled + self.loading
    }
}

impl Inner {
    pub(crate) fn stats(&self) -> Stats {
        let (books, tally) = (self.ledger.standing(), self.ledger.tally());
        let counted = self.counts.so_far();
        let mut objects = Objects::default();
        let (mut pinned, mut pinned_bytes) = (0, 0_u64);
        let mut hits = self.hits.load(Ordering::Relaxed);
        self.queue.each(&mut |slot| {
            hits += slot.hits();
            let look = slot.look();
            if look.pins > 0 {
                pinned += 1;
                pinned_bytes = pinned_bytes.saturating_add(look.weight);
            }
            match look.standing {
                Standing::Unsaved => objects.unsaved += 1,
                Standing::Troubled => objects.troubled += 1,
                Standing::Writing => objects.writing += 1,
                Standing::Saved => objects.saved += 1,
                Standing::Spilled => objects.spilled += 1,
                Standing::Loading => objects.loading += 1,
                Standing::Lent => objects.lent += 1,
                Standing::Gone => {}
            }
        });
        Stats {
            budget: ByteSize::bytes(books.budget),
            resident: ByteSize::bytes(books.resident),
            loading: ByteSize::bytes(books.loading),
            encoding: ByteSize::bytes(books.encoding.saturating_add(books.passing)),
            reserved: ByteSize::bytes(books.reserved),
            own: ByteSize::bytes(books.own),
            waiting: books.waiting,
            waits: tally.waits,
            waits_in_vain: tally.in_vain,
            longest_wait: tally.longest,
            objects,
            hits,
            writes: counted.writes,
            loads: counted.loads,
            loads_joined: counted.loads_joined,
            evictions: counted.evictions,
            evicted: ByteSize::bytes(counted.evicted),
            rescues: counted.rescues,
            pinned,
            pinned_bytes: ByteSize::bytes(pinned_bytes),
            prefetches_forgotten: self.ahead.forgotten(),
            medium: self.medium.as_ref().map(|medium| medium.usage()),
        }
    }
}
