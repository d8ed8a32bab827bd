//! How scarce room among the dirty is.

use super::budget::Room;

/// Whether the flusher should not wait any longer for writes to join: three quarters are used.
pub(super) fn is_pressing(used: Room, max: Room) -> bool {
    used.bytes >= max.bytes - max.bytes / 4 || used.entries >= max.entries - max.entries / 4
}
