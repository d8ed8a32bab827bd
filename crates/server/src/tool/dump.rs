//! `forebay journal dump`.

use std::cell::Cell;
use std::io::Write;

use forebay::{Error, ErrorKind, Result};
use forebay_journal::{Verdict, Verified, verify};

use super::command::Dump;
use super::exit::{Exit, unwritten};
use super::json::Object;
use super::shared::{Contents, Read};
use super::shown::Shown;
use super::source::{Source, owned_by};
use super::verify::{exit, verdict};
use crate::report;

/// Prints the records one by one, as they are read.
pub(super) fn run(dump: &Dump, out: &mut dyn Write) -> Result<Exit> {
    let source = Source::new(&dump.common);
    let left = Cell::new(dump.limit);
    let label = if dump.raw { None } else { source.label()? };
    let contents = Contents::of(label.as_deref());
    let read = verify(source.directories()?, |number, record| {
        source.progress.count();
        // Those that are passed over say whose the others are.
        let read = contents.read(record);
        if number < dump.from {
            return Ok(());
        }
        if left.get() == 0 {
            return Err(enough());
        }
        left.set(left.get() - 1);
        let show = if dump.common.json { json } else { text };
        writeln!(out, "{}", show(&read, dump.full, number, record.len())).map_err(unwritten)
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

fn text(read: &Read<'_>, is_full: bool, number: u64, length: usize) -> String {
    let shown = match read.cached() {
        Some(cached) => cached.line(is_full),
        None if read.is_announcement => "the tenants are announced".into(),
        None => Shown::of(read.record, is_full).line(),
    };
    let whose = match &read.tenant {
        Some((tag, Some(name))) => format!("{name} ({tag}): "),
        Some((tag, None)) => format!("nobody's ({tag}): "),
        None => String::new(),
    };
    format!("{number:>10} {length:>8}  {whose}{shown}")
}

fn json(read: &Read<'_>, is_full: bool, number: u64, length: usize) -> String {
    let json = Object::new().number("number", number).number("length", length as u64);
    let json = match &read.tenant {
        Some((tag, name)) => {
            let json = json.number("tag", (*tag).into());
            name.iter().fold(json, |json, name| json.text("tenant", name))
        }
        None if read.is_announcement => json.text("kind", "announcement"),
        None => json,
    };
    let json = match read.cached() {
        Some(cached) => cached.json(is_full, json),
        None => Shown::of(read.record, is_full).json(json),
    };
    json.end()
}
