//! The names in a spill directory.

use forebay_store::seam::Random;

/// Says what the directory is.
pub(super) const MARKER: &str = "FOREBAY-SPILL";
/// A marker that is being made.
pub(super) const UNFINISHED_MARKER: &str = "FOREBAY-SPILL.tmp";
/// The lock behind which sessions are made and put aside.
pub(super) const DOOR: &str = "DOOR";
/// The lock of a session.
pub(super) const LOCK: &str = "LOCK";

const SESSION: &str = "live-";
const DEAD: &str = "dead-";
const FILE: &str = "b-";

/// A new name for a session.
pub(super) fn session(random: &dyn Random) -> String {
    with_number(SESSION, random)
}

/// A new name for a session that is dead.
pub(super) fn dead(random: &dyn Random) -> String {
    with_number(DEAD, random)
}

/// A new name for a file, for the moment until it has none.
pub(super) fn file(random: &dyn Random) -> String {
    with_number(FILE, random)
}

pub(super) fn is_session(name: &str) -> bool {
    has_number(name, SESSION)
}

pub(super) fn is_dead(name: &str) -> bool {
    has_number(name, DEAD)
}

pub(super) fn is_file(name: &str) -> bool {
    has_number(name, FILE)
}

fn with_number(before: &str, random: &dyn Random) -> String {
    format!("{before}{:016x}", random.next_u64())
}

fn has_number(name: &str, before: &str) -> bool {
    let is_digit = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    name.strip_prefix(before)
        .is_some_and(|number| number.len() == 16 && number.bytes().all(is_digit))
}
