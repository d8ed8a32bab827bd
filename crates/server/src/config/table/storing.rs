//! Where the data is.

use std::time::Duration;

use super::row::{GIB, HOUR, KIB, MIB, row, size};
use crate::config::{Config, JournalPlace, Kind, Setting, StoreAddress};

pub(super) const STORING: &[Setting] = &[
    row(
        "store",
        "redb:forebay.redb",
        Kind::Text {
            takes: "`redb:PATH`, `dir:PATH` or `memory:`",
            limit: "a path relative to where the server was started, or absolute",
            set: store,
        },
        "The backing store. `redb` keeps everything in one file and is the one to use; `dir` keeps a file for each \
         key; `memory` keeps nothing beyond the process.",
    ),
    row(
        "journal",
        "beside",
        Kind::Text {
            takes: "a path, `beside` or `none`",
            limit: "a directory of its own, on a disk that is as trustworthy as the store's",
            set: journal,
        },
        "The directory of the journal, which holds writes that are answered before they are stored, and from which a \
         server that was killed goes on. `beside` puts it beside the store and names it after it: `forebay.redb.journal`; \
         a store in memory has none. It belongs to this store: what is left in it is stored into whatever `store` says at \
         the next start.",
    ),
    row(
        "journal-second",
        "none",
        Kind::Text {
            takes: "a path or `none`",
            limit: "a directory of its own, on another disk than `journal`",
            set: journal_second,
        },
        "A second directory, in which the journal goes on when writing to the first one fails or its disk is full; it comes \
         back when that works again. After anything but an orderly stop the server does not start without it: the \
         newest writes may be there.",
    ),
    row(
        "journal-bytes",
        "4gib",
        Kind::Size { min: MIB, max: 1024 * GIB, set: |config, value| config.journal_bytes = value },
        "How long the journal may be on disk. At the limit a write behind waits until something is stored, for \
         `write-wait` at most, or is refused, as `when-full` says.",
    ),
    row(
        "journal-segment",
        "64mib",
        Kind::Size { min: 64 * KIB, max: GIB, set: |config, value| config.journal_segment = value },
        "How long one file of the journal is; it takes this room from the start, and the first ones of a run are shorter: from 8 MiB they double. At most a quarter of `journal-bytes`. A \
         value that does not fit into one, or is longer than 16 MiB, is answered when it is stored.",
    ),
    row(
        "journal-buffer",
        "64mib",
        Kind::Size {
            min: MIB,
            max: 64 * GIB,
            set: |config, value| config.journal_buffer = size(value),
        },
        "How many bytes the journal may have taken that are not on the device yet. At the limit a write behind waits, for \
         `write-wait` at most, or is refused, as `when-full` says.",
    ),
    row(
        "journal-sync-after",
        "100ms",
        Kind::Duration {
            min: Duration::from_millis(1),
            max: HOUR,
            set: |config, value| config.journal_sync_after = value,
        },
        "The longest time before a record that no client waits for is synced. A power cut may take the writes at `memory` or \
         `journaled` of that last time.",
    ),
    row(
        "memory",
        "256mib",
        Kind::Size { min: MIB, max: 1024 * GIB, set: |config, value| config.memory = value },
        "How much memory keys and values may take, unstored ones included, and 64 bytes for each key \
         with a value that is not stored yet. At the limit the least useful stored values leave memory; they stay in the \
         backing store.",
    ),
    row(
        "absence",
        "1s",
        Kind::Duration {
            min: Duration::ZERO,
            max: HOUR,
            set: |config, value| config.absence = value,
        },
        "For how long it is remembered that the backing store does not have a key. 0 remembers nothing.",
    ),
    row(
        "waiting-loads",
        "65536",
        Kind::Count {
            unit: "loads",
            min: 1,
            max: 1 << 24,
            set: |config, value| config.waiting_loads = value,
        },
        "How many reads may wait for the backing store. Further ones are refused with `-BUSY`.",
    ),
];

fn store(config: &mut Config, text: &str) -> Result<(), String> {
    config.store = StoreAddress::parse(text).ok_or("must be redb:PATH, dir:PATH or memory:")?;
    Ok(())
}

fn journal(config: &mut Config, text: &str) -> Result<(), String> {
    config.journal = match text {
        "" => return Err("an empty path; without a journal, say none".into()),
        "beside" => JournalPlace::Beside,
        "none" => JournalPlace::Nowhere,
        path => JournalPlace::At(path.into()),
    };
    Ok(())
}

fn journal_second(config: &mut Config, text: &str) -> Result<(), String> {
    config.journal_second = match text {
        "" => return Err("an empty path; without a second directory, say none".into()),
        "none" => None,
        path => Some(path.into()),
    };
    Ok(())
}
