//! What a client may use.

use std::time::Duration;

use super::row::{DAY, GIB, KIB, MIB, row, size};
use crate::config::{Kind, Setting};

pub(super) const CLIENTS: &[Setting] = &[
    row(
        "clients",
        "1024",
        Kind::Count {
            unit: "connections",
            min: 1,
            max: 1 << 20,
            set: |config, value| config.clients = value,
        },
        "How many clients may be connected. Further ones get `-ERR max number of clients reached`, over TLS nothing, and are disconnected.",
    ),
    row(
        "idle-timeout",
        "0",
        Kind::Duration {
            min: Duration::ZERO,
            max: DAY,
            set: |config, value| config.idle_timeout = value,
        },
        "After how long without a command, or with a reply that the client does not take, a connection is closed. 0 is never.",
    ),
    row(
        "key-bytes",
        "64kib",
        Kind::Size { min: 1, max: MIB, set: |config, value| config.key_bytes = size(value) },
        "How long a key may be. A longer one is an error.",
    ),
    row(
        "value-bytes",
        "16mib",
        Kind::Size {
            min: KIB,
            max: 512 * MIB,
            set: |config, value| config.value_bytes = size(value),
        },
        "How long a value or any other argument may be. A longer one is a protocol error, which closes the connection.",
    ),
    row(
        "command-bytes",
        "64mib",
        Kind::Size {
            min: 64 * KIB,
            max: GIB,
            set: |config, value| config.command_bytes = size(value),
        },
        "How long a whole command may be. A longer one is a protocol error, which closes the connection.",
    ),
    row(
        "arguments",
        "131072",
        Kind::Count {
            unit: "arguments",
            min: 16,
            max: 1 << 20,
            set: |config, value| config.arguments = value,
        },
        "How many arguments a command may have. More are a protocol error, which closes the connection.",
    ),
    row(
        "input-bytes",
        "512mib",
        Kind::Size {
            min: 64 * KIB,
            max: 64 * GIB,
            set: |config, value| config.input_bytes = size(value),
        },
        "How much memory the unfinished commands of all clients may take together, beyond 64 KiB each. A client that \
         needs more is told so and disconnected.",
    ),
    row(
        "output-bytes",
        "512mib",
        Kind::Size {
            min: 64 * KIB,
            max: 64 * GIB,
            set: |config, value| config.output_bytes = size(value),
        },
        "How much memory the replies may take together that clients have asked for and do not take, beyond 64 KiB each. At \
         the limit the client is disconnected that has taken nothing for the longest.",
    ),
    row(
        "reply-bytes",
        "64mib",
        Kind::Size {
            min: 64 * KIB,
            max: GIB,
            set: |config, value| config.reply_bytes = size(value),
        },
        "How long the values in one reply may be together. `MGET` of more is an error; `SCAN` gives less at a time.",
    ),
];
