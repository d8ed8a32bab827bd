//! How writes travel.

use std::time::Duration;

use forebay::WhenRefused;

use super::row::{GIB, HOUR, KIB, row};
use crate::config::{Config, Kind, RUNGS, Setting, WhenFull, WriteMode, rung};

pub(super) const WRITING: &[Setting] = &[
    row(
        "write",
        "",
        Kind::Choice { of: &["through", "behind"], set: write },
        "The short form of `durability`. `through` is `stored`. `behind` is `journaled`, or without a journal `memory`. \
         Without either it is `journaled`, or without a journal `stored`.",
    ),
    row(
        "durability",
        "",
        Kind::Choice { of: RUNGS, set: durability },
        "The rung at which the writes of a new connection are answered; `FOREBAY.DURABILITY` changes it for one. `memory`: \
         in memory, lost if the process is killed before it has reached more. `journaled`: in the journal, safe from \
         `kill -9`. `synced`: in the journal and on the device, safe from a power cut. `stored`: in the backing store; a \
         write that the store refuses is an error and changes nothing. The two between need a journal. Without a value it is `journaled`, or \
         `stored` without a journal.",
    ),
    row(
        "dirty-bytes",
        "",
        Kind::Size {
            min: 64 * KIB,
            max: 1024 * GIB,
            set: |config, value| config.dirty_bytes = Some(value),
        },
        "How much of the memory may hold values that are not stored yet, and 64 bytes for each of their keys. Without a \
         value it is half of `memory`; a 128th is left at least.",
    ),
    row(
        "dirty-entries",
        "1000000",
        Kind::Count {
            unit: "keys",
            min: 1,
            max: 1 << 30,
            set: |config, value| config.dirty_entries = value,
        },
        "How many keys may have values that are not stored yet.",
    ),
    row(
        "quarantine-bytes",
        "",
        Kind::Size {
            min: 64 * KIB,
            max: 1024 * GIB,
            set: |config, value| config.quarantine_bytes = Some(value),
        },
        "How much of the memory may hold values that the backing store has refused, and 64 bytes for each of their keys. \
         Without a value it is half of `dirty-bytes`; both together leave a 128th of `memory`. At the limit what is refused stays among what is not stored \
         yet, and is tried again late.",
    ),
    row(
        "when-full",
        "wait",
        Kind::Choice { of: &["wait", "refuse"], set: when_full },
        "What a write behind meets when no more unstored data is allowed: it waits for room, or it is refused with \
         `-BUSY` and the time after which to try again.",
    ),
    row(
        "write-wait",
        "1s",
        Kind::Duration {
            min: Duration::from_millis(1),
            max: HOUR,
            set: |config, value| config.write_wait = value,
        },
        "How long a write behind waits for room at most, if `when-full` lets it wait. After that it is refused with `-BUSY` \
         and the time after which to try again, so that clients that have gone keep no places.",
    ),
    row(
        "when-refused",
        "supersede",
        Kind::Choice { of: &["supersede", "queue"], set: when_refused },
        "What becomes of later writes of a key of which the backing store has refused one: they take its place and go to the \
         store, or they wait behind it in quarantine, where they are read, until an operator looks after it with \
         `FOREBAY.QUARANTINE`. What cannot wait there is refused: what goes through (a write at `stored`), and a transaction or `MSET` with such a key; at \
         `stored` `MSET` writes its other keys.",
    ),
    row(
        "waiting-writers",
        "65536",
        Kind::Count {
            unit: "writes",
            min: 1,
            max: 1 << 24,
            set: |config, value| config.waiting_writers = value,
        },
        "How many writes behind may wait for room, and how many writes through may be under way. Further ones are refused \
         with `-BUSY`.",
    ),
    row(
        "flush-delay",
        "",
        Kind::Duration {
            min: Duration::ZERO,
            max: HOUR,
            set: |config, value| config.flush_delay = Some(value),
        },
        "How long a write behind may rest in memory before it goes to the backing store; after half of it, it goes along with \
         one that is due. A longer time lets more writes of one key become one, and makes the batches larger. Without a value it is 5s, \
         or 1s without a journal, where a kill loses what rests, and with one that is smaller than `memory`.",
    ),
    row(
        "max-staleness",
        "0",
        Kind::Duration {
            min: Duration::ZERO,
            max: HOUR,
            set: |config, value| config.max_staleness = value,
        },
        "The longest time that a write behind may stay unstored, as far as the store is fast enough: at least 10ms, and 0 promises \
         nothing. A write rests for a quarter of it at most, and the oldest go first. If the promise cannot be kept, or is broken, the server says so \
         on stderr and counts it in the metrics.",
    ),
    row(
        "flushes",
        "4",
        Kind::Count {
            unit: "calls",
            min: 1,
            max: 256,
            set: |config, value| config.flushes = value,
        },
        "How many batches may be on their way to the backing store at once.",
    ),
    row(
        "batch",
        "16384",
        Kind::Count {
            unit: "writes",
            min: 1,
            max: 65_536,
            set: |config, value| config.batch = value,
        },
        "How many writes one batch may hold. The backing store may allow fewer.",
    ),
    row(
        "retry-delay-min",
        "50ms",
        Kind::Duration {
            min: Duration::from_millis(1),
            max: HOUR,
            set: |config, value| config.retry_delay_min = value,
        },
        "How long to wait before a failed batch is tried again for the first time. Each further wait is longer.",
    ),
    row(
        "retry-delay-max",
        "30s",
        Kind::Duration {
            min: Duration::from_millis(1),
            max: HOUR,
            set: |config, value| config.retry_delay_max = value,
        },
        "How long to wait between tries at most. Unstored values are tried for as long as the server runs.",
    ),
];

fn write(config: &mut Config, word: &str) {
    config.write = Some(if word == "behind" { WriteMode::Behind } else { WriteMode::Through });
}

fn durability(config: &mut Config, word: &str) {
    config.durability = rung(word.as_bytes());
}

fn when_refused(config: &mut Config, word: &str) {
    config.when_refused = if word == "queue" { WhenRefused::Queue } else { WhenRefused::Supersede };
}

fn when_full(config: &mut Config, word: &str) {
    config.when_full = if word == "refuse" { WhenFull::Refuse } else { WhenFull::Wait };
}
