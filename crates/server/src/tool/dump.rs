//! `forebay journal dump`.

use std::cell::Cell;
use std::io::Write;

use forebay::{Error, ErrorKind, Result};
use forebay_journal::{Verdict, Verified, verify};

use super::command::Dump;
use super::exit::{Exit, unwritten};
use super::inspect::hex;
use super::json::Object;
use super::source::{Source, owned_by};
use super::verify::{exit, verdict};
use crate::report;

/// As much of a long record is printed.
const SHORT: usize = 64;

/// Prints the records one by one, as they are read.
pub(super) fn run(dump: &Dump, out: &mut dyn Write) -> Result<Exit> {
    let source = Source::new(&dump.common);
    let left = Cell::new(dump.limit);
    let read = verify(source.directory()?, |number, record| {
        source.progress.count();
        if number < dump.from {
            return Ok(());
        }
        if left.get() == 0 {
            return Err(enough());
        }
        left.set(left.get() - 1);
        let line =
            if dump.common.json { json(dump, number, record) } else { text(dump, number, record) };
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

fn text(dump: &Dump, number: u64, record: &[u8]) -> String {
    let shown = Shown::of(record, dump.full);
    let bytes = match shown.text {
        Some(text) => format!("\"{}\"", text.escape_debug()),
        None => hex(shown.bytes),
    };
    let rest = if shown.is_whole { "" } else { "..." };
    format!("{number:>10} {:>8}  {bytes}{rest}", record.len())
}

fn json(dump: &Dump, number: u64, record: &[u8]) -> String {
    let shown = Shown::of(record, dump.full);
    let json = Object::new().number("number", number).number("length", record.len() as u64);
    let json = match shown.text {
        Some(text) => json.text("text", text),
        None => json.text("hex", &hex(shown.bytes)),
    };
    json.is("whole", shown.is_whole).end()
}

/// What is printed of a record.
struct Shown<'a> {
    bytes: &'a [u8],
    /// The same, if it can be read.
    text: Option<&'a str>,
    is_whole: bool,
}

impl<'a> Shown<'a> {
    fn of(record: &'a [u8], is_full: bool) -> Self {
        if is_full || record.len() <= SHORT {
            return Self { bytes: record, text: readable(record), is_whole: true };
        }
        let bytes = &record[..SHORT];
        // A character may have been cut in two.
        let cut = match std::str::from_utf8(bytes) {
            Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
            _ => bytes,
        };
        Self { bytes, text: readable(cut), is_whole: false }
    }
}

/// The text that these bytes are. Control characters are no text, but for those that part lines and columns.
fn readable(bytes: &[u8]) -> Option<&str> {
    let is_strange = |each: char| each.is_control() && !matches!(each, '\n' | '\r' | '\t');
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains(is_strange))
}

#[cfg(test)]
mod tests {
    use super::Shown;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let record = format!("{}é and more", "x".repeat(63));
        let shown = Shown::of(record.as_bytes(), false);
        assert_eq!(shown.text, Some("x".repeat(63).as_str()));
        assert!(!shown.is_whole);
        assert_eq!(Shown::of(record.as_bytes(), true).text, Some(record.as_str()));
    }

    #[test]
    fn bytes_and_controls_are_no_text() {
        for record in [&b"\xFF\xFE"[..], b"a\x1b[2J", b"\0"] {
            assert_eq!(Shown::of(record, false).text, None, "{record:?}");
        }
        assert_eq!(Shown::of(b"a\tb\n", false).text, Some("a\tb\n"));
    }
}
