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
//!   any write behind; but where later writes wait behind a refused one, all of it is `Unavailable`, for it could not wait as a whole;
//! - a **checkpoint** appends the parts again shard by shard, and lets go of the frame only when all of them
//!   are durable.
//!
//! Several shards are locked in `locked.rs` only, and only in rising order; a shard is locked before the budget and
//! the journal. Nothing is answered or dropped before all locks are gone, those of other partners included:
//! that is `end`'s.

use std::fmt;
use std::sync::Arc;

use forebay_journal::{Channel, Partner};
use forebay_store::{Error, Key, Result, Value};

use super::together::Together;
use crate::engine::shared::Shared;
use crate::receipt::Receipt;

/// Writes of one cache that are accepted together with those of other tenants, in one frame of a journal
/// that they [share](forebay_journal::SharedJournal): all or nothing, through crashes, too.
///
/// They go behind, whatever the cache's own way is: they are visible when they are accepted, as safe as
/// the frame is, and stored after that. If this is dropped before it is written, it leaves nothing.
///
/// Take it through the steps of a [`Partner`]:
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
    pub(in crate::engine) channel: Channel,
    pub(in crate::engine) writes: Together<K, V>,
    /// There was no room among the dirty.
    pub(in crate::engine) wants_room: bool,
    /// A drill has refused it, and it would not wait for the end of that.
    pub(in crate::engine) refused: Option<Error>,
    /// What room it keeps is to go: somebody waits who may be waited for.
    pub(in crate::engine) yields_room: bool,
}

impl<K: Key, V: Value> Joint<K, V> {
    pub(crate) fn new(shared: &Arc<Shared<K, V>>) -> Result<Self> {
        let Some(journal) = shared.journal() else {
            return Err(Error::unsupported(
                "writing together needs a journal, and this cache has none: give it one with `Builder::journal`",
            ));
        };
        let channel = journal.log.channel().clone();
        let writes = Together::new(shared);
        let (wants_room, yields_room, refused) = (false, false, None);
        Ok(Self { channel, writes, wants_room, refused, yields_room })
    }

    /// Adds a put. Of two writes of a key the last one counts.
    ///
    /// # Errors
    ///
    /// `Refused` if there can never be room among the unstored for so much together: it is as before
    /// then. `Invalid` if it was written already.
    pub fn put(&mut self, key: K, value: V) -> Result<()> {
        self.writes.put(key, value)
    }

    /// Adds a delete. Of two writes of a key the last one counts.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    pub fn delete(&mut self, key: K) -> Result<()> {
        self.writes.delete(key)
    }

    /// How many keys it writes.
    pub fn len(&self) -> usize {
        self.writes.writes.len()
    }

    /// Whether it writes nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The receipts of its writes, once they are accepted and [`end`](Partner::end) was called; in no
    /// order.
    pub fn receipts(&mut self) -> Vec<Receipt> {
        self.writes.receipts()
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
            .field("writes", &self.len())
            .field("is_spent", &self.writes.is_spent)
            .finish_non_exhaustive()
    }
}
