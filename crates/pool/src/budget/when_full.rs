//! What an insert or a load does if there is no room.

use std::time::Duration;

use forebay_store::ByteSize;

/// What an insert or a load does if there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// It waits in turn, for this time at most; then it is `Busy`.
    Wait(Duration),
    /// It is `Busy` at once, after one attempt to evict. Objects that are saved and not in use leave, as far as they are
    /// among the 65,536 that are looked at. An attempt that looked at more than 1,024 without success is followed by a
    /// rest of ten times its length, 100 ms at most; until then no more than 4,096 are looked at. Objects that are not
    /// saved begin to be written. What another thread is dropping at that moment is not waited for.
    Fail,
    /// It takes more than there is, by this much for all callers together. Beyond that it waits for half a minute at most.
    Exceed(ByteSize),
}

impl Default for WhenFull {
    fn default() -> Self {
        Self::Wait(Duration::from_secs(30))
    }
}
