//! Somebody who wants room.

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

/// Who may pass whom while the first in the line cannot be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Load,
    Insert,
}

/// The other end of an ask. It is never called under the ledger's lock.
pub(crate) trait Claim: Send + Sync {
    /// Whether anybody waits for it still.
    fn is_wanted(&self) -> bool;

    /// Here is the room, or why there is none. Called once.
    fn answer(self: Arc<Self>, room: Result<Room>);
}
