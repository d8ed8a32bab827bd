//! How scarce room among the dirty is: below the soft bound nobody is asked, above it those wait who took more than
//! their share, and at the bound all do.

use super::budget::Room;

/// Whether the flusher should not wait any longer for writes to join: three quarters are used.
pub(in crate::engine) fn is_pressing(used: Room, max: Room) -> bool {
    used.bytes >= max.bytes - max.bytes / 4 || used.entries >= max.entries - max.entries / 4
}

/// Below this nobody is asked whose room it is: the half of it.
pub(in crate::engine) fn soft(max: Room) -> Room {
    Room { bytes: max.bytes / 2, entries: max.entries / 2 }
}

/// Whether so much less than the soft bound is used that it is not reached again at once.
pub(in crate::engine) fn is_calm(used: Room, soft: Room) -> bool {
    used.bytes <= soft.bytes - soft.bytes / 4 && used.entries <= soft.entries - soft.entries / 4
}

/// Whether the soft bound is exceeded.
pub(in crate::engine) fn is_scarce(used: Room, max: Room) -> bool {
    used.bytes > max.bytes / 2 || used.entries > max.entries / 2
}
