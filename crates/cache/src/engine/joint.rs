//! Several writes of one cache, in one frame of a shared journal with what others write there.
//!
//! # States
//!
//! | state | what holds | goes to |
//! |---|---|---|
//! | *collected* | writes, at most one a key; the cache knows nothing of them | *encoded*, by `encode`; gone, if it is dropped |
//! | *encoded* | each record is in the frame and lacks its id; a mark says where that goes | *entered*, by `enter`; *collected*, by another `put` |
//! | *waiting* | as *encoded*; somebody waits for room, and what he is given is kept as a permit | *encoded*, by `room`, with a permit for the most that the writes can need |
//! | *entered* | all shards concerned are locked, in rising order; all writes are prepared, or all are withdrawn; the journal has the frame, or has not; all are finished, or none is. Then the locks are gone | *spent*, or *encoded* if there was no room, or no good any more |
//! | *spent* | the writes are dirty and visible, and nothing else can be done | gone, after `end` |
//!
//! What comes between is met in *entered*, where nothing can come between any more:
//! - a **close** has closed some shard before it was locked here, and nothing happens, or it closes it after, and
//!   stores what was accepted;
//! - **no room** among the dirty: all that was taken is given back before anybody waits, and is then waited for as a
//!   whole; so two of these never hold what the other one wants. The permit covers the most that the
//!   writes can need, so what has become of the keys meanwhile is of no importance;
//! - **no room in another cache**: if that comes before this one, what this one has got is given back before anybody
//!   waits; if it comes after, it is kept. So who waits for room has only room of caches that come before, and
//!   no two wait for each other;
//! - **no room in the journal**: what was prepared is withdrawn, and the room is kept as a permit;
//! - a **full disk** is met by `append` (no room), or later by the journal, which has the frame as a whole by then;
//! - **expiry**: the moment and whether a value is over are looked up before the locks; a value that is over is
//!   stored, and not visible;
//! - a key in **quarantine**, or with a **write-through** or a **modification** in its line, takes a part as it takes
//!   any write behind;
//! - a **checkpoint** appends the parts again shard by shard, and lets go of the frame only when all of them
//!   are durable.
//!
//! Several shards are locked only here, and only in rising order; a shard is locked before the budget and
//! the journal. Nothing is answered or dropped before all locks are gone, those of other partners included:
//! that is `end`'s.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use forebay_journal::{Channel, Mark, Partner};
use forebay_store::{Error, Key, Result, Value};

use super::budget::Room;
use super::permit::Permit;
use super::room::Asker;
use super::shared::Shared;
use crate::receipt::Receipt;
use crate::table::{Accept, Accepted, Effects, Held};

/// Writes of one cache that are accepted together with what others write in the same frame of a journal
/// that they [share](forebay_journal::SharedJournal): all or nothing, through crashes, too.
///
/// They go behind, whatever the cache's own way is: they are visible when they are accepted, as safe as
/// the frame is, and stored after that. Dropped before it was written, it leaves nothing.
///
/// Whoever has it takes it through the steps of a [`Partner`]:
///
/// ```
/// # use forebay_cache::{Cache, Settings};
/// # use forebay_journal::disk::simulated::SimulatedDisk;
/// use forebay_journal::{Frame, Partner, SharedJournal, append_together, encode_together};
/// # use forebay_journal::{Channel, Reading, Recovery, Tenant};
/// # use forebay_store::{Durability, MemoryStore, Result};
/// # struct Orders;
/// # impl Tenant for Orders {
/// #     type Opened = Channel;
/// #     type Reading = Self;
/// #     fn name(&self) -> String { "orders".to_owned() }
/// #     fn label(&self) -> String { "orders 1".to_owned() }
/// #     fn read(self) -> Result<Self> { Ok(self) }
/// # }
/// # impl Reading for Orders {
/// #     type Opened = Channel;
/// #     fn record(&mut self, _: u64, _: &[u8]) -> Result<()> { Ok(()) }
/// #     fn forgotten(&mut self) {}
/// #     fn begin(self, channel: Channel, _: &Recovery) -> Result<Channel> { Ok(channel) }
/// # }
/// # let disk = SimulatedDisk::new(1);
/// # let settings = forebay_journal::Settings::default();
/// # let mail = Cache::<u64, String>::builder(MemoryStore::new());
/// # let tenants = (Orders, mail.write_behind(Settings::default()).tenant("mail"));
/// let (orders, mail) = SharedJournal::in_directory(disk.directory("a"), settings).open(tenants)?;
///
/// let mut joint = mail.joint()?;
/// joint.put(7, "your order has been received".to_owned())?;
///
/// let mut frame = Frame::new();
/// frame.push_with(|bytes| {
///     orders.begin_record(bytes);
///     bytes.extend_from_slice(b"order 7");
///     Ok(())
/// })?;
/// let mut partners: [&mut dyn Partner; 1] = [&mut joint];
/// encode_together(&orders, &mut frame, &mut partners)?;
/// let number = append_together(&orders, &mut frame, &mut partners)?;
/// partners[0].end();
/// orders.wait(number, Durability::Synced)?;
/// assert_eq!(mail.peek(&7).as_deref(), Some("your order has been received"));
/// # Ok::<(), forebay_store::Error>(())
/// ```
pub struct Joint<K: Key, V: Value> {
    pub(super) shared: Arc<Shared<K, V>>,
    pub(super) channel: Channel,
    /// In the order of their shards, from `encode` on.
    pub(super) writes: Vec<Write<K, V>>,
    /// A write by the hash of its key. Where two share it, it is the last.
    pub(super) by_hash: HashMap<u64, usize>,
    /// The most that the writes can need.
    pub(super) need: Room,
    pub(super) permit: Arc<Permit<K, V>>,
    /// There was no room among the dirty.
    pub(super) wants_room: bool,
    /// What room it keeps is to go: somebody waits who may be waited for.
    pub(super) yields_room: bool,
    pub(super) is_spent: bool,
    pub(super) left: Vec<(usize, Effects<K, V>)>,
    pub(super) accepted: Vec<(usize, Accepted)>,
    pub(super) receipts: Vec<Receipt>,
}

pub(super) struct Write<K, V> {
    pub(super) n: usize,
    pub(super) weight: u32,
    /// Until it is accepted.
    pub(super) accept: Option<Accept<K, V>>,
    /// Where its record ends in the frame, and its length.
    pub(super) mark: Option<Mark>,
    pub(super) length: u64,
}

impl<K: Key, V: Value> Joint<K, V> {
    pub(crate) fn new(shared: &Arc<Shared<K, V>>) -> Result<Self> {
        let Some(journal) = shared.journal() else {
            return Err(Error::unsupported(
                "writing together needs a journal, and this cache has none",
            ));
        };
        Ok(Self {
            shared: Arc::clone(shared),
            channel: journal.log.channel().clone(),
            writes: Vec::new(),
            by_hash: HashMap::new(),
            need: Room::default(),
            permit: Permit::new(shared),
            wants_room: false,
            yields_room: false,
            is_spent: false,
            left: Vec::new(),
            accepted: Vec::new(),
            receipts: Vec::new(),
        })
    }

    /// Adds a put. Of two writes of a key the last one counts.
    ///
    /// # Errors
    ///
    /// `Refused` if there can never be room among the unstored for so much together: it is as before
    /// then. `Invalid` if it was written already.
    pub fn put(&mut self, key: K, value: V) -> Result<()> {
        let weight = self.shared.weigh(&key, &value);
        let deadline = self.shared.deadline(&key, &value);
        self.add(key, Held::Value(value), weight, deadline)?;
        self.shared.cells.tally().put();
        Ok(())
    }

    /// Adds a delete. Of two writes of a key the last one counts.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    pub fn delete(&mut self, key: K) -> Result<()> {
        self.add(key, Held::Tombstone, Shared::<K, V>::weigh_absence(), 0)?;
        self.shared.counters.deletes.add(1);
        Ok(())
    }

    /// How many keys it writes.
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// Whether it writes nothing.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// The receipts of its writes, once they are accepted and [`end`](Partner::end) was called; in no
    /// order.
    pub fn receipts(&mut self) -> Vec<Receipt> {
        std::mem::take(&mut self.receipts)
    }

    fn add(&mut self, key: K, held: Held<V>, weight: u32, deadline: u64) -> Result<()> {
        self.check_unspent()?;
        let hash = self.shared.hash(&key);
        let known = self.position(hash, &key);
        let replaced = known.map(|at| Room { bytes: self.writes[at].weight.into(), entries: 1 });
        let mut need = self.need;
        need.add(Room { bytes: weight.into(), entries: 1 });
        need.subtract(replaced.unwrap_or_default());
        if !self.shared.budget.could_hold(need) {
            let message = format!(
                "{} writes together with {} bytes are more than may be unstored",
                need.entries, need.bytes
            );
            return Err(Error::refused(message));
        }
        let accept = Accept {
            hash,
            key,
            held,
            weight,
            deadline,
            now: self.shared.parts.seams.clock.now(),
            is_over: false,
            expect: None,
            frame: None,
            asker: Asker::default(),
        };
        let n = self.shared.place(hash);
        let write = Write { n, weight, accept: Some(accept), mark: None, length: 0 };
        if let Some(at) = known {
            self.writes[at] = write;
        } else {
            self.by_hash.insert(hash, self.writes.len());
            self.writes.push(write);
        }
        self.need = need;
        Ok(())
    }

    fn position(&self, hash: u64, key: &K) -> Option<usize> {
        let is = |write: &Write<K, V>| {
            write.accept.as_ref().is_some_and(|accept| accept.hash == hash && accept.key == *key)
        };
        let first = *self.by_hash.get(&hash)?;
        if self.writes.get(first).is_some_and(is) {
            return Some(first);
        }
        self.writes.iter().position(is)
    }

    pub(super) fn check_unspent(&self) -> Result<()> {
        if self.is_spent { Err(Error::invalid("it was written already")) } else { Ok(()) }
    }
}

impl<K: Key, V: Value> Drop for Joint<K, V> {
    /// Whoever forgets the end, or panics before it, has it made here.
    fn drop(&mut self) {
        self.end();
    }
}

impl<K: Key, V: Value> fmt::Debug for Joint<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Joint")
            .field("writes", &self.writes.len())
            .field("is_spent", &self.is_spent)
            .finish_non_exhaustive()
    }
}
