//! The files of an etchdb, read in the order in which etchdb applies them.

use std::io::Read;
use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_store::{Error, Result};

use super::damage::{Cause, Damage};
use super::log::{Found, Log};
use super::msgpack::Fault;
use super::operation::{Operation, Operations};
use super::quarantine::{self, Quarantined};
use super::report::{LogReport, SnapshotReport};
use super::snapshot::Snapshot;
use super::stored::Encoding;
use super::window::Window;

const SNAPSHOT: &str = "snapshot.postcard";
const PREVIOUS: &str = "wal.prev";
const LOG: &str = "wal.bin";
const QUARANTINE: &str = "quarantine.bin";
const BACKUP: &str = "snapshot.backup";

/// A directory of an etchdb. It is only ever read.
#[derive(Debug)]
pub(super) struct Source {
    directory: Arc<dyn Directory>,
    names: Vec<String>,
}

/// Who takes what is found.
pub(super) trait Sink {
    /// One operation, and the byte of the files at which it stands.
    fn operation(&mut self, operation: Operation<'_>, place: Place) -> Result<()>;
    /// A snapshot that only its type can read; or why it is none.
    fn old_snapshot(&mut self, bytes: &[u8]) -> Result<Result<(), String>>;
    /// All of a snapshot was read.
    fn snapshot(&mut self, found: SnapshotReport);
    /// All of a log was read.
    fn log(&mut self, found: LogReport);
    /// Something is damaged.
    fn damage(&mut self, damage: Damage);
}

/// Where something stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) file: &'static str,
    pub(super) offset: u64,
    /// The bytes of all files before this one.
    pub(super) before: u64,
}

impl Source {
    pub(super) fn new(directory: Arc<dyn Directory>) -> Result<Self> {
        let names = directory.list().map_err(|error| {
            Error::unavailable(format!("list {}", directory.describe())).with_source(error)
        })?;
        let source = Self { directory, names };
        if source.has(SNAPSHOT) || source.has(LOG) || source.has(PREVIOUS) {
            return Ok(source);
        }
        Err(Error::invalid(format!(
            "{} is no directory of an etchdb: neither {SNAPSHOT} nor {LOG} is there",
            source.directory.describe()
        )))
    }

    pub(super) fn has_backup(&self) -> bool {
        self.has(BACKUP)
    }

    /// The bytes of all files that are read.
    pub(super) fn total(&self) -> Result<u64> {
        [SNAPSHOT, PREVIOUS, LOG]
            .iter()
            .try_fold(0, |sum, name| Ok(sum + self.open(name)?.map_or(0, |window| window.len())))
    }

    /// Everything but the quarantine, the oldest first.
    pub(super) fn read(&self, sink: &mut dyn Sink) -> Result<()> {
        let mut before = 0;
        let mut has_whole_snapshot = false;
        if let Some(window) = self.open(SNAPSHOT)? {
            before += window.len();
            has_whole_snapshot = snapshot(window, sink)?;
        }
        if let Some(window) = self.open(PREVIOUS)? {
            let len = window.len();
            // What it holds is in the snapshot, but for the last moments before that was made. If it
            // is not whole, the older values of its first part would come over the snapshot's.
            if has_whole_snapshot && !is_whole(window)? {
                let mut only_damage = OnlyDamage(sink);
                self.log(PREVIOUS, before, &mut only_damage)?;
            } else {
                self.log(PREVIOUS, before, sink)?;
            }
            before += len;
        }
        self.log(LOG, before, sink)
    }

    /// What etchdb could not read itself; `Err` in `Ok` is the byte from which on it is damaged.
    pub(super) fn quarantined(&self) -> Result<(Vec<Quarantined>, Option<Damage>)> {
        let Some(mut window) = self.open(QUARANTINE)? else { return Ok((Vec::new(), None)) };
        let (found, damaged) = quarantine::read(&mut window)?;
        let damage = damaged.map(|offset| Damage {
            file: QUARANTINE,
            offset,
            cause: Cause::Quarantine,
            what: "the quarantine is not as etchdb writes it from there on".to_owned(),
        });
        Ok((found, damage))
    }

    fn log(&self, name: &'static str, before: u64, sink: &mut dyn Sink) -> Result<()> {
        match self.open(name)? {
            Some(window) => log(window, before, sink),
            None => Ok(()),
        }
    }

    fn open(&self, name: &'static str) -> Result<Option<Window>> {
        if self.has(name) { Window::open(&*self.directory, name).map(Some) } else { Ok(None) }
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|found| found == name)
    }
}

/// Reads a snapshot; whether it is whole.
fn snapshot(window: Window, sink: &mut dyn Sink) -> Result<bool> {
    let mut found = SnapshotReport::default();
    let read = match Snapshot::begin(window)? {
        Err(fault) => Err(fault),
        Ok((format, Snapshot::Entries(mut entries))) => {
            found.format = format;
            let read = entries.read(&mut |operation, offset| {
                found.entries += 1;
                sink.operation(operation, Place { file: SNAPSHOT, offset, before: 0 })
            });
            found.fingerprint = entries.fingerprint();
            read
        }
        Ok((format, Snapshot::Struct(stream))) => {
            found.format = format;
            old_snapshot(stream, sink)?
        }
    };
    sink.snapshot(found);
    match read {
        Ok(()) => Ok(true),
        Err(Fault::Failed(error)) => Err(error),
        Err(Fault::Damaged { at, what }) => {
            let what = format!("the snapshot is not as etchdb writes it: {what}");
            sink.damage(Damage { file: SNAPSHOT, offset: at, cause: Cause::Snapshot, what });
            Ok(false)
        }
    }
}

/// The whole of it in memory: there is no other way to read one struct, and etchdb does the same.
fn old_snapshot(mut stream: Box<dyn Read>, sink: &mut dyn Sink) -> Result<Result<(), Fault>> {
    let mut bytes = Vec::new();
    if let Err(error) = stream.read_to_end(&mut bytes) {
        return Ok(Err(Fault::of(0, error)));
    }
    let read = sink.old_snapshot(&bytes)?;
    Ok(read.map_err(|what| Fault::Damaged { at: 5, what }))
}

/// Whether a log has neither damage nor a torn end.
fn is_whole(window: Window) -> Result<bool> {
    let Some((mut log, is_clean)) = Log::begin(window)? else { return Ok(false) };
    let mut is_whole = is_clean;
    while let Some(found) = log.next()? {
        is_whole &= matches!(found, Found::Transaction { .. });
    }
    Ok(is_whole)
}

fn log(window: Window, before: u64, sink: &mut dyn Sink) -> Result<()> {
    let file = window.name();
    let mut report = LogReport { file, torn: window.len(), ..LogReport::default() };
    let Some((mut log, is_clean)) = Log::begin(window)? else {
        sink.log(report);
        return Ok(());
    };
    let encoding = log.encoding();
    report.format = if encoding == Encoding::Postcard { 3 } else { 4 };
    report.torn = 0;
    let damage = |sink: &mut dyn Sink, offset, cause, what: &str| {
        sink.damage(Damage { file, offset, cause, what: what.to_owned() });
    };
    if !is_clean {
        damage(sink, 0, Cause::Header, "the log does not begin as etchdb begins it");
    }
    while let Some(found) = log.next()? {
        match found {
            Found::Torn { bytes } => report.torn = bytes,
            Found::Damage { at, to, cause } => {
                let what = format!("{} bytes that are no transaction", to - at);
                damage(sink, at, cause, &what);
            }
            Found::Transaction { at, payload, has_good_length } => {
                if !has_good_length {
                    damage(sink, at, Cause::Length, "the length of a transaction is wrong");
                }
                let place = Place { file, offset: at, before };
                let Some(count) = transaction(payload, encoding, place, sink)? else {
                    damage(sink, at, Cause::Transaction, "a transaction without operations");
                    continue;
                };
                report.transactions += 1;
                report.operations += count;
            }
        }
    }
    sink.log(report);
    Ok(())
}

/// Hands over the operations of a transaction, if all its bytes are operations; how many they are.
fn transaction(
    payload: &[u8],
    encoding: Encoding,
    place: Place,
    sink: &mut dyn Sink,
) -> Result<Option<u64>> {
    if Operations::check(payload, encoding).is_err() {
        return Ok(None);
    }
    let mut count = 0;
    if let Ok(mut all) = Operations::new(payload, encoding) {
        while let Ok(Some(operation)) = all.take_one() {
            sink.operation(operation, place)?;
            count += 1;
        }
    }
    Ok(Some(count))
}

/// Passes on what is damaged, and nothing to apply.
struct OnlyDamage<'a>(&'a mut dyn Sink);

impl Sink for OnlyDamage<'_> {
    fn operation(&mut self, _: Operation<'_>, _: Place) -> Result<()> {
        Ok(())
    }

    fn old_snapshot(&mut self, _: &[u8]) -> Result<Result<(), String>> {
        Ok(Ok(()))
    }

    fn snapshot(&mut self, found: SnapshotReport) {
        self.0.snapshot(found);
    }

    fn log(&mut self, found: LogReport) {
        self.0.log(LogReport { is_left_out: true, ..found });
    }

    fn damage(&mut self, damage: Damage) {
        self.0.damage(damage);
    }
}
