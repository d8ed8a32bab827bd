//! The forms of a row.

use std::time::Duration;

use crate::config::{Kind, Setting};

pub(super) const KIB: u64 = 1 << 10;
pub(super) const MIB: u64 = 1 << 20;
pub(super) const GIB: u64 = 1 << 30;
pub(super) const HOUR: Duration = Duration::from_secs(3600);
pub(super) const DAY: Duration = Duration::from_secs(24 * 3600);

pub(super) const fn row(
    key: &'static str,
    default: &'static str,
    kind: Kind,
    about: &'static str,
) -> Setting {
    Setting { key, default, about, is_secret: false, kind }
}

pub(super) const fn secret(key: &'static str, kind: Kind, about: &'static str) -> Setting {
    Setting { key, default: "", about, is_secret: true, kind }
}

/// Limits keep sizes of buffers far below the address space of a 32-bit machine.
pub(super) fn size(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
