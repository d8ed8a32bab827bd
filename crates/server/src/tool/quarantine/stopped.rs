//! The quarantine that a server has left in its journal.

use std::io::Write;
use std::time::Duration;

use forebay::journal::{Fold, Unstored};
use forebay::{CloseReport, Codec, Edit, Error, Result, WallTime};
use forebay_journal::Verdict;

use super::super::command::Common;
use super::super::exit::{Exit, print};
use super::super::json::Object;
use super::super::replay::{address, refuse_foreign};
use super::super::source::Source;
use super::command::{Kind, Task};
use super::entry::Entry;
use super::room::Room;
use crate::octets::Octets;
use crate::record::{Record, ServerCodec};

/// How long what was taken out may take to be stored.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn run(
    task: &Task,
    journal: &Common,
    store: Option<&str>,
    out: &mut dyn Write,
) -> Result<Exit> {
    match &task.kind {
        Kind::List | Kind::Export => {
            for write in left(journal)?.unstored() {
                if let Some(entry) = entry(write, matches!(task.kind, Kind::Export))? {
                    task.show(&entry, out)?;
                }
            }
            Ok(Exit::Good)
        }
        Kind::Show(key) => match find(journal, key)? {
            Some(entry) => task.show(&entry, out),
            None => task.told(0, out),
        },
        _ => change(task, journal, store, out),
    }
}

/// One key with its value, if it is in quarantine.
fn find(journal: &Common, key: &[u8]) -> Result<Option<Entry>> {
    let is_it = |write: &Unstored| ServerCodec.decode(&write.key).is_ok_and(is_key(key));
    let write = left(journal)?.unstored().find(is_it);
    Ok(write.map(|write| entry(write, true)).transpose()?.flatten())
}

pub(super) fn is_key(key: &[u8]) -> impl Fn(Octets) -> bool {
    move |other| other[..] == *key
}

/// What is unstored, as the journal has it. Nothing is changed. A record that cannot be understood is an error: a list
/// that lacks something would look like a whole one.
fn left(journal: &Common) -> Result<Fold> {
    let source = Source::new(journal);
    refuse_foreign(&source)?;
    let read = source.verify_into(
        || Ok(Fold::default()),
        |fold: &mut Result<Fold>, record| {
            if let Err(error) = fold.as_mut().map_or(Ok(()), |fold| fold.take(record)) {
                *fold = Err(error);
            }
        },
    );
    source.progress.end();
    let (verified, fold) = read?;
    if matches!(verified.verdict, Verdict::Damaged(_)) {
        return Err(Error::corrupt("the journal is damaged: see `forebay journal verify`"));
    }
    fold
}

/// A write as it is printed; `None` if it is not in quarantine.
fn entry(write: Unstored, with_value: bool) -> Result<Option<Entry>> {
    let Some(refusal) = write.refused else { return Ok(None) };
    let key: Octets = ServerCodec.decode(&write.key)?;
    let (is_deleted, value) = match write.edit {
        Edit::Delete => (true, None),
        Edit::Put { .. } if !with_value => (false, None),
        Edit::Put { value, .. } => {
            let record: Record = ServerCodec.decode(&value)?;
            (false, Some((record.data, record.expires_at.map(|WallTime(at)| at))))
        }
    };
    Ok(Some(Entry {
        key,
        cause: refusal.cause.to_string(),
        attempts: refusal.attempts.into(),
        version: write.id.version(),
        first_refused: refusal.first.0,
        last_refused: refusal.last.0,
        is_deleted,
        value,
    }))
}

/// Opens what the server would open, does it, and closes in order. It is good if what was changed is in the store
/// afterwards, and all else that was unstored.
fn change(task: &Task, journal: &Common, store: Option<&str>, out: &mut dyn Write) -> Result<Exit> {
    let store = store
        .ok_or_else(|| Error::invalid("what is changed goes to the store: name it with --store"))?;
    let address = address(store)?;
    let room = Room::of(left(journal)?, task);
    if task.seen.is_some_and(|seen| room.version != Some(seen)) {
        return task.told(0, out);
    }
    let taken = match &task.kind {
        Kind::Edit(key, _) | Kind::Drop(key) => find(journal, key)?,
        _ => None,
    };
    let (cache, refused) = (room.open(journal, &address)?, room.refused);
    let quarantine = cache.quarantine();
    let count = match &task.kind {
        Kind::Retry(Some(key)) => u64::from(quarantine.retry(&Octets::copy_from_slice(key))),
        Kind::Retry(None) => {
            quarantine.list().iter().map(|each| u64::from(quarantine.retry(&each.key))).sum()
        }
        Kind::Drop(key) => u64::from(quarantine.drop(&Octets::copy_from_slice(key))),
        Kind::Edit(key, value) => {
            let key = Octets::copy_from_slice(key);
            // The value is another one; when it is over stays what it was.
            let expires_at = match quarantine.show(&key).map(|refused| refused.edit) {
                Some(Ok(Edit::Put { value, .. })) => value.expires_at,
                _ => None,
            };
            let record = Record { data: Octets::copy_from_slice(value), expires_at };
            u64::from(quarantine.edit(&key, record).wait()?.is_some())
        }
        Kind::List | Kind::Export | Kind::Show(_) => 0,
    };
    let report = cache.close(PATIENCE).wait()?;
    if let Some(entry) = taken.filter(|_| count > 0) {
        task.show(&entry, out)?;
    }
    let exit = task.told(count, out)?;
    print(out, &if task.json { json(&report) } else { format!("{report}\n") })?;
    let is_stored = report.left == 0 && report.unanswered == 0 && !report.journal_failed;
    let is_good = is_stored && report.quarantined <= refused.saturating_sub(count);
    Ok(if is_good { exit } else { Exit::Damaged })
}

fn json(report: &CloseReport) -> String {
    let object = Object::new()
        .number("stored", report.stored)
        .number("left", report.left)
        .number("quarantined", report.quarantined)
        .number("kept", report.kept)
        .number("unanswered", report.unanswered)
        .is("journal_failed", report.journal_failed);
    object.end() + "\n"
}
