//! Keeping house.

use std::time::Duration;

use super::row::{DAY, row};
use crate::config::{Kind, Setting};

pub(super) const HOUSE: &[Setting] = &[
    row(
        "sweep-rate",
        "1000",
        Kind::Count {
            unit: "keys a second",
            min: 0,
            max: 1_000_000,
            set: |config, value| config.sweep_rate = value,
        },
        "How fast the backing store is looked through for expired keys to delete. A new round begins a minute after \
         the last one. 0 never looks: expired keys are absent all the same, but stay in the store until they are \
         written again.",
    ),
    row(
        "close-deadline",
        "30s",
        Kind::Duration {
            min: Duration::ZERO,
            max: DAY,
            set: |config, value| config.close_deadline = value,
        },
        "How long the server may take, once told to stop, to answer its clients and to store what is not stored yet. \
         What is left then is counted on stderr and in the exit code. With a journal the end may come up to a second later, while the journal is \
         synced.",
    ),
    row(
        "threads",
        "0",
        Kind::Count {
            unit: "threads",
            min: 0,
            max: 1024,
            set: |config, value| config.threads = value,
        },
        "How many threads serve clients. 0 is one for each processor but one.",
    ),
];
