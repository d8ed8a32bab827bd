//! How a write is to be done, and what a modification does.

use forebay_store::Durability;

use crate::receipt::Receipt;

/// How a write is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Write {
    /// Answered at `Stored`, and refused if the store refuses it. Until then reads see the value
    /// before it. Only a read that has to ask the store may see the new value a moment earlier.
    Through,
    /// Written as [`Through`](Self::Through), but memory keeps no copy of the value: for what is not about to be
    /// read. A copy of the value before goes when the store has this one. Loads that are under way then fill
    /// nothing (G6).
    Around,
    /// Visible at once and answered at this rung; the store gets it in its own time. With
    /// `Stored` the caller is answered late, but a refusal puts the value into quarantine instead
    /// of undoing it.
    Behind(Durability),
    /// Written as [`Behind`](Self::Behind), but it replaces no write that is not stored yet: it waits in the key's line
    /// until the store has what was accepted before it. If all writes of a key go like this, the store gets each of its
    /// states, in their order, and still in batches with those of other keys. A later write `Behind` may replace it.
    ///
    /// While the store fails it waits on. While writing is paused it is `Unavailable` if it would have to wait; a pause
    /// that begins after it has begun to wait is waited for. Once the journal has failed it is `Unavailable`, also if it
    /// waits already.
    Uncoalesced(Durability),
}

impl Write {
    /// The rung at which it is answered, if memory is enough to accept it.
    pub(crate) fn behind(self) -> Option<Durability> {
        match self {
            Self::Through | Self::Around => None,
            Self::Behind(rung) | Self::Uncoalesced(rung) => Some(rung),
        }
    }

    pub(crate) fn is_uncoalesced(self) -> bool {
        matches!(self, Self::Uncoalesced(_))
    }
}

impl From<Durability> for Write {
    /// Behind, and answered at this rung.
    fn from(rung: Durability) -> Self {
        Self::Behind(rung)
    }
}

/// What a modification makes of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<V> {
    /// Leave it as it is.
    Keep,
    /// Make this its value.
    Put(V),
    /// Make it absent.
    Delete,
}

/// What a modification is shown beside the value. If a key of a cache has one stamp twice, nothing
/// has written the key in between, not even the same value again. The stamp also changes when memory
/// has let go of the value in between.
///
/// The default is one that no key has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stamp(pub(crate) u64);

/// What a modification answers.
#[derive(Clone, Debug)]
pub struct Modified<R> {
    /// What the closure gave back in the run that counted.
    pub result: R,
    /// The write's receipt; `None` if the closure kept the key as it was.
    pub receipt: Option<Receipt>,
}

/// What a transaction answers.
#[derive(Clone, Debug)]
pub struct Transacted<R> {
    /// What the closure gave back in the run that counted.
    pub result: R,
    /// The receipts of its writes, one a key, in no order.
    pub receipts: Vec<Receipt>,
}
