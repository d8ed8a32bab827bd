//! The table of settings: the one place where they are named.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::{Config, Kind, Secret, Setting, StoreAddress, WhenFull, WriteMode};

/// What every name in the environment begins with.
pub const ENVIRONMENT_PREFIX: &str = "FOREBAY_";
/// The name in the environment that names the file.
pub const CONFIG_ENVIRONMENT: &str = "FOREBAY_CONFIG";

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Settings that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// What they are about.
    pub title: &'static str,
    /// The settings.
    pub settings: &'static [Setting],
}

/// Every setting there is.
pub const GROUPS: [Group; 5] = [
    Group { title: "Where clients come in", settings: LISTENING },
    Group { title: "Where the data is", settings: STORING },
    Group { title: "How writes travel", settings: WRITING },
    Group { title: "What a client may use", settings: CLIENTS },
    Group { title: "Keeping house", settings: HOUSE },
];

/// Every setting, in the order of the table.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    GROUPS.iter().flat_map(|group| group.settings)
}

/// The setting of this name.
pub(super) fn find(key: &str) -> Option<&'static Setting> {
    settings().find(|setting| setting.key == key)
}

const fn row(key: &'static str, default: &'static str, kind: Kind, about: &'static str) -> Setting {
    Setting { key, default, about, is_secret: false, kind }
}

const fn secret(key: &'static str, kind: Kind, about: &'static str) -> Setting {
    Setting { key, default: "", about, is_secret: true, kind }
}

const LISTENING: &[Setting] = &[
    row(
        "listen",
        "127.0.0.1:6380",
        Kind::Text {
            takes: "an IP address and port, or `none`",
            limit: "a loopback address, unless there is a password",
            set: listen,
        },
        "The TCP address to listen on. Port 0 lets the system choose; the address is printed at the start. \
         The connection is not encrypted, and neither is the password on it.",
    ),
    row(
        "socket",
        "",
        Kind::Text {
            takes: "a path",
            limit: "as long as the system allows, about 100 bytes",
            set: |config, path| set_path(&mut config.socket, path),
        },
        "A Unix socket to listen on, too. A socket that a dead process left there is replaced.",
    ),
    row(
        "socket-mode",
        "600",
        Kind::Text { takes: "an octal number", limit: "0 to 777", set: socket_mode },
        "The permissions of the Unix socket.",
    ),
    secret(
        "password",
        Kind::Text { takes: "a text", limit: "1 to 512 bytes", set: password },
        "What a client must give with `AUTH` or `HELLO`. Flags are seen by everybody on the machine, so prefer \
         `password-file` or the environment.",
    ),
    row(
        "password-file",
        "",
        Kind::Text {
            takes: "a path",
            limit: "a file of at most 1 MiB; line ends at its end are not part of the password",
            set: |config, path| set_path(&mut config.password_file, path),
        },
        "A file that holds the password.",
    ),
];

const STORING: &[Setting] = &[
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

const WRITING: &[Setting] = &[
    row(
        "write",
        "through",
        Kind::Choice { of: &["through", "behind"], set: write },
        "When a write is answered. `through`: when the backing store has it; a write that the store refuses is an \
         error and changes nothing. `behind`: when it is in memory; it is stored soon after, and lost if the process \
         is killed or the machine fails before.",
    ),
    row(
        "dirty-bytes",
        "",
        Kind::Size {
            min: 64 * KIB,
            max: 1024 * GIB,
            set: |config, value| config.dirty_bytes = Some(value),
        },
        "How much of the memory may hold values that are not stored yet. At most half of `memory`, which is also what it \
         is without a value.",
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
        "when-full",
        "wait",
        Kind::Choice { of: &["wait", "refuse"], set: when_full },
        "What a write behind meets when no more unstored data is allowed: it waits for room, or it is refused with \
         `-BUSY` and the time after which to try again.",
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
        "100ms",
        Kind::Duration {
            min: Duration::ZERO,
            max: HOUR,
            set: |config, value| config.flush_delay = value,
        },
        "How long a write behind may rest in memory before it goes to the backing store. A longer time lets more \
         writes of one key become one.",
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
        "256",
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

const CLIENTS: &[Setting] = &[
    row(
        "clients",
        "1024",
        Kind::Count {
            unit: "connections",
            min: 1,
            max: 1 << 20,
            set: |config, value| config.clients = value,
        },
        "How many clients may be connected. Further ones get `-ERR max number of clients reached`.",
    ),
    row(
        "idle-timeout",
        "0",
        Kind::Duration {
            min: Duration::ZERO,
            max: DAY,
            set: |config, value| config.idle_timeout = value,
        },
        "After how long without a command a connection is closed. 0 is never.",
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

const HOUSE: &[Setting] = &[
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
         What is left then is counted on stderr and in the exit code.",
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
        "How many threads serve clients. 0 is one for each processor.",
    ),
];

/// Limits keep sizes of buffers far below the address space of a 32-bit machine.
fn size(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

fn listen(config: &mut Config, text: &str) -> Result<(), String> {
    config.listen = match text {
        "none" => None,
        address => Some(address.parse::<SocketAddr>().map_err(
            |_| "not an IP address and a port, as in 127.0.0.1:6380 or [::1]:6380; nor none",
        )?),
    };
    Ok(())
}

fn set_path(place: &mut Option<PathBuf>, path: &str) -> Result<(), String> {
    if path.is_empty() {
        return Err("an empty path".into());
    }
    *place = Some(PathBuf::from(path));
    Ok(())
}

fn socket_mode(config: &mut Config, text: &str) -> Result<(), String> {
    let is_octal = text.len() <= 4 && text.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    let mode = u32::from_str_radix(text, 8).ok().filter(|mode| is_octal && *mode <= 0o777);
    config.socket_mode = mode.ok_or("not an octal number from 0 to 777, as in 660")?;
    Ok(())
}

fn password(config: &mut Config, text: &str) -> Result<(), String> {
    if text.is_empty() || text.len() > 512 {
        return Err("must have 1 to 512 bytes".into());
    }
    config.password = Some(Secret::new(text));
    Ok(())
}

fn store(config: &mut Config, text: &str) -> Result<(), String> {
    config.store = match text.split_once(':') {
        Some(("redb", path)) if !path.is_empty() => StoreAddress::Redb(path.into()),
        Some(("dir", path)) if !path.is_empty() => StoreAddress::Dir(path.into()),
        Some(("memory", "")) => StoreAddress::Memory,
        _ => return Err("must be redb:PATH, dir:PATH or memory:".into()),
    };
    Ok(())
}

fn write(config: &mut Config, word: &str) {
    config.write = if word == "behind" { WriteMode::Behind } else { WriteMode::Through };
}

fn when_full(config: &mut Config, word: &str) {
    config.when_full = if word == "refuse" { WhenFull::Refuse } else { WhenFull::Wait };
}
