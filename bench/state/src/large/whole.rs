//! A store of many records with its log, alone in its process.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use etchdb::{FlushPolicy, WalBackend};
use forebay_state::State;
use forebay_state::snapshot::{SnapshotReport, SnapshotSettings};
use forebay_store::{Durability, Op};

use super::BATCH;
use crate::contest::Stock;
use crate::people::{Person, shuffled, text};
use crate::subjects::{EtchdbState, Kind, Result, Shop, put_texts};

/// How many records are put in before it is said that they are.
const TOLD: usize = 1_000_000;

/// How often etchdb is asked for a flush that takes longer than it waits.
const FLUSHES: usize = 100;

/// What the records are read from when it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// Nothing but the log.
    Log,
    /// A snapshot that has everything.
    Snapshot,
}

impl From {
    pub(crate) const ALL: [Self; 2] = [Self::Snapshot, Self::Log];

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Snapshot => "snapshot",
        }
    }
}

/// A store that is open.
pub(super) trait Whole: Send + Sync {
    /// Puts these in, in one transaction; nobody waits for the disk.
    fn put(&self, records: Vec<(String, Person)>) -> Result<()>;

    /// Everything that was put in is on the device.
    fn sync(&self) -> Result<()>;

    fn len(&self) -> usize;

    /// How long the name of one is.
    fn name(&self, key: &str) -> Option<usize>;

    /// A snapshot is to be made, from now on or after the writes that follow.
    fn ask_for_snapshot(&mut self) -> Result<()>;

    /// Whether there is one.
    fn has_snapshot(&self) -> bool;
}

pub(super) fn open(kind: Kind, folder: &Path) -> Result<Box<dyn Whole>> {
    match kind {
        Kind::Forebay => Ok(Box::new(Forebay::open(folder)?)),
        Kind::Etchdb6Log => Ok(Box::new(Etchdb::open(folder)?)),
        other => Err(format!("{} is not measured with many records", other.name()).into()),
    }
}

/// Puts in so many records, in an order that looks random.
pub(super) fn fill(whole: &dyn Whole, records: usize, progress: &mut dyn Write) -> Result<()> {
    for (done, numbers) in (0..).zip(shuffled(records).chunks(BATCH)) {
        if done > 0 && (done * BATCH).is_multiple_of(TOLD) {
            // Progress is a courtesy.
            let _ = writeln!(progress, "has {}", Stock::texts(done * BATCH).size());
        }
        whole.put(numbers.iter().map(|at| (text(*at), Person::new(*at))).collect())?;
    }
    whole.sync()
}

struct Forebay {
    state: State<Shop>,
    folder: PathBuf,
    /// The snapshot that is being made.
    asked: Option<Op<SnapshotReport>>,
}

impl Forebay {
    /// It makes a snapshot only when it is asked for one.
    fn open(folder: &Path) -> Result<Self> {
        let mut snapshots = SnapshotSettings::default();
        snapshots.bytes_min = u64::MAX;
        let folder = folder.join("state");
        let state = State::builder(folder.clone()).snapshots(snapshots).open()?;
        Ok(Self { state, folder, asked: None })
    }
}

impl Whole for Forebay {
    fn put(&self, records: Vec<(String, Person)>) -> Result<()> {
        Ok(self.state.write_at(Durability::Journaled, |tx| {
            records.into_iter().try_for_each(|(key, value)| tx.texts.put(key, value))
        })?)
    }

    fn sync(&self) -> Result<()> {
        Ok(self.state.sync().wait()?)
    }

    fn len(&self) -> usize {
        self.state.read().texts.len()
    }

    fn name(&self, key: &str) -> Option<usize> {
        self.state.read().texts.get(key).map(|one| one.name.len())
    }

    fn ask_for_snapshot(&mut self) -> Result<()> {
        self.asked = Some(self.state.snapshot());
        Ok(())
    }

    fn has_snapshot(&self) -> bool {
        let files = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        files.map(|file| file.file_name()).any(|name| name.as_encoded_bytes().starts_with(b"snap-"))
    }
}

struct Etchdb {
    store: etchdb::Store<EtchdbState, WalBackend<EtchdbState>>,
    snapshot: PathBuf,
}

impl Etchdb {
    fn open(folder: &Path) -> Result<Self> {
        let folder = folder.join("etchdb");
        let mut store = etchdb::Store::open_wal(folder.clone())?;
        store.set_flush_policy(FlushPolicy::Grouped { interval: Duration::from_millis(10) });
        store.set_snapshot_threshold(u64::MAX);
        Ok(Self { store, snapshot: folder.join("snapshot.postcard") })
    }
}

impl Whole for Etchdb {
    fn put(&self, records: Vec<(String, Person)>) -> Result<()> {
        put_texts(&self.store, records)
    }

    /// It gives up after five seconds, although the flush goes on: with many records it takes longer.
    fn sync(&self) -> Result<()> {
        for _ in 1..FLUSHES {
            match self.store.flush() {
                Err(etchdb::Error::Io(error)) if error.kind() == ErrorKind::TimedOut => {}
                ended => return Ok(ended?),
            }
        }
        Ok(self.store.flush()?)
    }

    fn len(&self) -> usize {
        self.store.read().texts.len()
    }

    fn name(&self, key: &str) -> Option<usize> {
        self.store.read().texts.get(key).map(|one| one.name.len())
    }

    /// It makes one after so many transactions, and there is no other way.
    fn ask_for_snapshot(&mut self) -> Result<()> {
        self.store.set_snapshot_threshold(1);
        Ok(())
    }

    fn has_snapshot(&self) -> bool {
        self.snapshot.exists()
    }
}
