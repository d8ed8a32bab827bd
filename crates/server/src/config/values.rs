//! The settings with their types.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use forebay::{Durability, WhenRefused};

use super::Secret;

/// Every setting. The table says what each means.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table of settings documents each of them")]
pub struct Config {
    pub listen: Option<SocketAddr>,
    pub tls_listen: Option<SocketAddr>,
    pub tls_cert: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    pub tls_ca: Option<PathBuf>,
    pub metrics: Option<SocketAddr>,
    pub socket: Option<PathBuf>,
    pub socket_mode: u32,
    pub password: Option<Secret>,
    pub password_file: Option<PathBuf>,
    pub store: StoreAddress,
    pub journal: JournalPlace,
    pub journal_second: Option<PathBuf>,
    pub journal_bytes: u64,
    pub journal_segment: u64,
    pub journal_buffer: usize,
    pub journal_sync_after: Duration,
    pub write: Option<WriteMode>,
    pub durability: Option<Durability>,
    pub memory: u64,
    pub absence: Duration,
    pub waiting_loads: usize,
    pub dirty_bytes: Option<u64>,
    pub dirty_entries: usize,
    pub quarantine_bytes: Option<u64>,
    pub when_full: WhenFull,
    pub write_wait: Duration,
    pub when_refused: WhenRefused,
    pub waiting_writers: usize,
    pub flush_delay: Option<Duration>,
    pub max_staleness: Duration,
    pub flushes: usize,
    pub batch: usize,
    pub retry_delay_min: Duration,
    pub retry_delay_max: Duration,
    pub clients: usize,
    pub idle_timeout: Duration,
    pub key_bytes: usize,
    pub value_bytes: usize,
    pub command_bytes: usize,
    pub arguments: usize,
    pub input_bytes: usize,
    pub output_bytes: usize,
    pub reply_bytes: usize,
    pub sweep_rate: usize,
    pub close_deadline: Duration,
    pub threads: usize,
}

impl Config {
    /// How many bytes may be unstored.
    pub(crate) fn dirty_bytes_max(&self) -> u64 {
        self.dirty_bytes.unwrap_or(self.memory / 2)
    }

    /// What eviction cannot free: unstored, and refused by the store. The cache wants a 128th for what it can.
    pub(super) fn pinned_max(&self) -> u64 {
        self.memory - self.memory / 128
    }

    /// Nothing is set yet; the table's defaults come over it.
    pub(super) fn blank() -> Self {
        Self {
            tls_listen: None,
            tls_cert: None,
            tls_key: None,
            tls_ca: None,
            metrics: None,
            listen: None,
            socket: None,
            socket_mode: 0,
            password: None,
            password_file: None,
            store: StoreAddress::Memory,
            journal: JournalPlace::Beside,
            journal_second: None,
            journal_bytes: 0,
            journal_segment: 0,
            journal_buffer: 0,
            journal_sync_after: Duration::ZERO,
            write: None,
            durability: None,
            memory: 0,
            absence: Duration::ZERO,
            waiting_loads: 0,
            dirty_bytes: None,
            dirty_entries: 0,
            quarantine_bytes: None,
            when_full: WhenFull::Wait,
            write_wait: Duration::ZERO,
            when_refused: WhenRefused::Supersede,
            waiting_writers: 0,
            flush_delay: None,
            max_staleness: Duration::ZERO,
            flushes: 0,
            batch: 0,
            retry_delay_min: Duration::ZERO,
            retry_delay_max: Duration::ZERO,
            clients: 0,
            idle_timeout: Duration::ZERO,
            key_bytes: 0,
            value_bytes: 0,
            command_bytes: 0,
            arguments: 0,
            input_bytes: 0,
            output_bytes: 0,
            reply_bytes: 0,
            sweep_rate: 0,
            close_deadline: Duration::ZERO,
            threads: 0,
        }
    }
}

/// Which backing store to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreAddress {
    /// One redb file.
    Redb(PathBuf),
    /// A directory with a file for each key.
    Dir(PathBuf),
    /// Nothing that outlives the process.
    Memory,
}

impl StoreAddress {
    /// The store that a text names, as in `redb:forebay.redb`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("redb", path)) if !path.is_empty() => Some(Self::Redb(path.into())),
            Some(("dir", path)) if !path.is_empty() => Some(Self::Dir(path.into())),
            Some(("memory", "")) => Some(Self::Memory),
            _ => None,
        }
    }

    /// Where it is in the file system.
    pub(super) fn path(&self) -> Option<&PathBuf> {
        match self {
            Self::Redb(path) | Self::Dir(path) => Some(path),
            Self::Memory => None,
        }
    }
}

/// Where the journal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalPlace {
    /// Beside the store, under its name. A store in memory has none.
    Beside,
    /// In this directory.
    At(PathBuf),
    /// There is none.
    Nowhere,
}

/// When a write is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteMode {
    /// When the backing store has it.
    Through,
    /// When it is in memory; it is stored in its own time.
    Behind,
}

/// What a write behind meets when no more unstored data is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// It waits for room.
    Wait,
    /// It is refused with the time after which to try again.
    Refuse,
}
