//! The quarantine that a server has left in its journal.

use std::io::Write;
use std::time::Duration;

use forebay::journal::{Fold, Unstored};
use forebay::{
    ByteSize, Cache, Codec, Edit, Error, JournalSettings, Result, Seams, Settings, WallTime,
};
use forebay_journal::Verdict;

use super::super::command::Common;
use super::super::exit::{Exit, print};
use super::super::replay::{address, refuse_foreign};
use super::super::source::Source;
use super::command::{Kind, Task};
use super::entry::Entry;
use crate::octets::Octets;
use crate::open;
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
            for entry in entries(journal, matches!(task.kind, Kind::Export))? {
                task.show(&entry, out)?;
            }
            Ok(Exit::Good)
        }
        Kind::Show(key) => match entries(journal, true)?.find(|entry| entry.key[..] == key[..]) {
            Some(entry) => task.show(&entry, out),
            None => task.told(0, out),
        },
        _ => change(task, journal, store, out),
    }
}

/// What is in quarantine, as the journal has it. Nothing is changed.
fn entries(journal: &Common, with_values: bool) -> Result<impl Iterator<Item = Entry>> {
    let source = Source::new(journal);
    refuse_foreign(&source)?;
    let read = source.verify_into(Fold::default, |fold, record| _ = fold.take(record));
    source.progress.end();
    let (verified, fold) = read?;
    if matches!(verified.verdict, Verdict::Damaged(_)) {
        return Err(Error::corrupt("the journal is damaged: see `forebay journal verify`"));
    }
    Ok(fold.unstored().filter_map(move |write| entry(write, with_values)))
}

fn entry(write: Unstored, with_value: bool) -> Option<Entry> {
    let refusal = write.refused?;
    let key: Octets = ServerCodec.decode(&write.key).ok()?;
    let (is_deleted, value) = match write.edit {
        Edit::Delete => (true, None),
        Edit::Put { value, .. } => {
            let record: Option<Record> = ServerCodec.decode(&value).ok().filter(|_| with_value);
            let expires_at = |record: &Record| record.expires_at.map(|WallTime(at)| at);
            (false, record.map(|record| (record.data.clone(), expires_at(&record))))
        }
    };
    Some(Entry {
        key,
        cause: refusal.cause.to_string(),
        attempts: refusal.attempts.into(),
        first_refused: refusal.first.0,
        last_refused: refusal.last.0,
        is_deleted,
        value,
    })
}

/// Opens what the server would open, does it, and closes in order.
fn change(task: &Task, journal: &Common, store: Option<&str>, out: &mut dyn Write) -> Result<Exit> {
    let store = store
        .ok_or_else(|| Error::invalid("what is changed goes to the store: name it with --store"))?;
    refuse_foreign(&Source::new(journal))?;
    let store = open::store(&address(store)?, &Seams::real())?;
    let builder = Cache::builder(store)
        .capacity(ByteSize::gib(1))
        .weigher(|key: &Octets, record: &Record| key.len() + record.data.len())
        .expire_with(|_, record: &Record| record.expires_at)
        .write_behind(Settings::default())
        .journal_with(&journal.directory, JournalSettings::default(), ServerCodec);
    let builder = match &journal.second {
        Some(second) => builder.journal_second(second),
        None => builder,
    };
    let cache = builder.open().wait()?;
    let quarantine = cache.quarantine();
    let count = match &task.kind {
        Kind::Retry(Some(key)) => u64::from(quarantine.retry(&Octets::copy_from_slice(key))),
        Kind::Retry(None) => {
            quarantine.list().iter().map(|each| u64::from(quarantine.retry(&each.key))).sum()
        }
        Kind::Drop(key) => u64::from(quarantine.drop(&Octets::copy_from_slice(key))),
        Kind::Edit(key, value) => {
            let record = Record { data: Octets::copy_from_slice(value), expires_at: None };
            let edited = quarantine.edit(&Octets::copy_from_slice(key), record).wait()?;
            u64::from(edited.is_some())
        }
        Kind::List | Kind::Export | Kind::Show(_) => 0,
    };
    let exit = task.told(count, out)?;
    let report = cache.close(PATIENCE).wait()?;
    if !task.json {
        print(out, &format!("{report}\n"))?;
    }
    Ok(exit)
}
