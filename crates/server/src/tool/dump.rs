//! `forebay journal dump`.

use std::cell::Cell;
use std::io::Write;

use forebay::{Error, ErrorKind, Result};
use forebay_journal::{Verdict, Verified, verify};

use super::cache_record::CacheRecord;
use super::command::Dump;
use super::exit::{Exit, unwritten};
use super::json::Object;
use super::shown::Shown;
use super::source::{Source, owned_by};
use super::verify::{exit, verdict};
use crate::report;

/// Prints the records one by one, as they are read.
pub(super) fn run(dump: &Dump, out: &mut dyn Write) -> Result<Exit> {
    let source = Source::new(&dump.common);
    let left = Cell::new(dump.limit);
    let label = if dump.raw { None } else { source.cache_label()? };
    let read = verify(source.directories()?, |number, record| {
        source.progress.count();
        if number < dump.from {
            return Ok(());
        }
        if left.get() == 0 {
            return Err(enough());
        }
        left.set(left.get() - 1);
        // What is none of a cache, against what the label says, is shown as it is.
        let cached = label.as_ref().and_then(|label| label.read(record).ok());
        let show = if dump.common.json { json } else { text };
        let line = show(cached.as_ref(), dump.full, number, record);
        writeln!(out, "{line}").map_err(unwritten)
    });
    source.progress.end();
    match read {
        Ok(verified) => conclude(&source, verified),
        // Nothing else closes while a journal is read.
        Err(error) if error.kind() == ErrorKind::Closed => Ok(Exit::Good),
        Err(error) => Err(error),
    }
}

fn enough() -> Error {
    Error::new(ErrorKind::Closed, "enough was printed")
}

/// Says on stderr what the records alone do not say.
fn conclude(source: &Source<'_>, mut verified: Verified) -> Result<Exit> {
    let is_damaged = matches!(verified.verdict, Verdict::Damaged(_));
    if let Some(owner) = source.owner()? {
        let owner = owned_by(owner);
        report::tell(format_args!("{owner} owns the journal: there may be more by now"));
        if is_damaged {
            // What was on its way looks so, too.
            verified = source.verify()?;
        }
    }
    let is_told = match &verified.verdict {
        Verdict::Good(recovery) => recovery.torn.is_some(),
        Verdict::Damaged(_) => true,
    };
    if is_told {
        report::tell(verdict(&verified).trim_end());
    }
    Ok(exit(&verified))
}

fn text(cached: Option<&CacheRecord<'_>>, is_full: bool, number: u64, record: &[u8]) -> String {
    let shown = match cached {
        Some(cached) => cached.line(is_full),
        None => Shown::of(record, is_full).line(),
    };
    format!("{number:>10} {:>8}  {shown}", record.len())
}

fn json(cached: Option<&CacheRecord<'_>>, is_full: bool, number: u64, record: &[u8]) -> String {
    let json = Object::new().number("number", number).number("length", record.len() as u64);
    let json = match cached {
        Some(cached) => cached.json(is_full, json),
        None => Shown::of(record, is_full).json(json),
    };
    json.end()
}
