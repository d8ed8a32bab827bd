//! Reading the lines of a copy, whatever becomes of them.

use std::io::BufRead;

use forebay_store::{Error, Result};
use serde::Deserialize;

use super::lines::{EntryLine, FORMAT, First, Last, QUARANTINED, STEP};

/// Makes something of the first line by `begin`, and gives it each entry by `entry`. It is given back
/// when the last line says that this was all.
pub(super) fn read_lines<S>(
    input: impl BufRead,
    begin: impl FnOnce(First) -> Result<S>,
    mut entry: impl FnMut(&mut S, EntryLine<String>) -> Result<()>,
    mut progress: impl FnMut(u64) -> Result<()>,
) -> Result<S> {
    let mut lines = input.lines().zip(1_u64..).map(|(line, number)| {
        let line = line.map_err(|error| Error::unavailable("read the copy").with_source(error));
        line.map(|line| (line, number))
    });
    let (first, number) = lines.next().transpose()?.ok_or_else(|| cut_off(0))?;
    let made = parse(&first).and_then(of_our_format).and_then(begin);
    let mut made = made.map_err(|error| at(number, error))?;
    let (mut entries, mut quarantined) = (0, 0);
    for line in lines {
        let (line, number) = line?;
        if line.starts_with(QUARANTINED) {
            quarantined += 1;
            continue;
        }
        if let Ok(last) = serde_json::from_str::<Last>(&line) {
            return match unlike(&last, entries, quarantined) {
                None => Ok(made),
                Some(what) => Err(at(number, Error::invalid(what))),
            };
        }
        let added = parse(&line).and_then(|line| entry(&mut made, line));
        added.map_err(|error| at(number, error))?;
        entries += 1;
        if entries.is_multiple_of(STEP) {
            progress(entries)?;
        }
    }
    Err(cut_off(entries))
}

fn of_our_format(first: First) -> Result<First> {
    let format = &first.forebay;
    if format != FORMAT {
        let message = format!("the format is `{format}`, and this program reads `{FORMAT}`");
        return Err(Error::unsupported(message));
    }
    Ok(first)
}

/// What the last line says otherwise than it was.
fn unlike(last: &Last, entries: u64, quarantined: u64) -> Option<String> {
    let Last { end, entries: told, quarantined: held } = *last;
    if !end || told != entries {
        return Some(format!("there were {entries} entries, and not {told}"));
    }
    (held != quarantined)
        .then(|| format!("there were {quarantined} values in quarantine, and not {held}"))
}

fn parse<'l, L: Deserialize<'l>>(line: &'l str) -> Result<L> {
    serde_json::from_str(line).map_err(|error| {
        Error::invalid(format!("it is no line of a copy: {error}")).with_source(error)
    })
}

#[cold]
fn at(number: u64, error: Error) -> Error {
    Error::new(error.kind(), format!("line {number} of the copy: {error}")).with_source(error)
}

#[cold]
fn cut_off(entries: u64) -> Error {
    Error::invalid(format!("the copy ends after {entries} entries, without its last line"))
}
