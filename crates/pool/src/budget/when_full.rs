//! What somebody does who finds no room.

use std::time::Duration;

use forebay_store::ByteSize;

/// What an insert or a load does that finds no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// Waits in turn, for so long at most; then it is `Busy`.
    Wait(Duration),
    /// Is `Busy` at once, after one attempt to evict: what is saved and in nobody's use leaves, as far as it is
    /// among the 65,536 that are looked at. One that looked at more than 1,024 in vain is followed by a rest of
    /// ten times its length, 100 ms at most: until then no more than 4,096 are looked at.
    /// What is not saved begins to be written; what another thread is dropping at that moment is not waited for.
    Fail,
    /// Takes more than there is, by so much over all; beyond that it waits for half a minute at most.
    Exceed(ByteSize),
}

impl Default for WhenFull {
    fn default() -> Self {
        Self::Wait(Duration::from_secs(30))
    }
}
