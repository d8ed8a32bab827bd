//! Somebody who wants room.

use std::fmt;
use std::sync::Arc;

use forebay_store::Result;

use super::purpose::Purpose;
use super::room::Room;
use super::when_full::WhenFull;

/// Somebody who wants room.
pub(crate) struct Ask {
    pub(crate) bytes: u64,
    pub(crate) purpose: Purpose,
    pub(crate) rank: Rank,
    pub(crate) patience: WhenFull,
    pub(crate) claim: Arc<dyn Claim>,
}

/// Who may pass whom while the first in the line cannot be served, and who is never refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// It is never refused for its size: what went in can be read, alone if need be.
    Load,
    /// It is refused if it could not even have all that there is.
    Insert,
}

/// The other end of an ask. It is never called under the ledger's lock.
pub(crate) trait Claim: Send + Sync {
    /// Whether anybody waits for it still. Who is not wanted leaves the line, and is answered
    /// [`Aborted`](forebay_store::ErrorKind::Aborted).
    fn is_wanted(&self) -> bool;

    /// Here is the room, or why there is none. Called exactly once.
    fn answer(self: Arc<Self>, room: Result<Room>);
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Ask");
        debug.field("bytes", &self.bytes).field("purpose", &self.purpose).field("rank", &self.rank);
        debug.field("patience", &self.patience).finish_non_exhaustive()
    }
}
