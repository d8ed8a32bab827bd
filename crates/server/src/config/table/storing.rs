//! Where the data is.

use std::time::Duration;

use super::row::{GIB, HOUR, MIB, row};
use crate::config::{Config, Kind, Setting, StoreAddress};

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
        "memory",
        "256mib",
        Kind::Size { min: MIB, max: 1024 * GIB, set: |config, value| config.memory = value },
        "How much memory keys and values may take, unstored ones included. At the limit the least useful stored \
         values leave memory; they stay in the backing store.",
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
    config.store = match text.split_once(':') {
        Some(("redb", path)) if !path.is_empty() => StoreAddress::Redb(path.into()),
        Some(("dir", path)) if !path.is_empty() => StoreAddress::Dir(path.into()),
        Some(("memory", "")) => StoreAddress::Memory,
        _ => return Err("must be redb:PATH, dir:PATH or memory:".into()),
    };
    Ok(())
}
