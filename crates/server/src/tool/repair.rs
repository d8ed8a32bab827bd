//! `forebay journal repair`.
#![expect(clippy::disallowed_methods, reason = "a directory is put into its place as a whole")]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use forebay::{Error, Result, Seams};
use forebay_journal::disk::RealDirectory;
use forebay_journal::{Copied, LeftOut, copy};

use super::command::Common;
use super::exit::{Exit, print};
use super::json::Object;
use super::size::count;
use super::source::{Source, owned_by};
use super::verify;

/// Copies what is good. The copy gets its name when it is whole and durable, so one with that
/// name is never a part of one.
pub(super) fn run(common: &Common, to: &Path, out: &mut dyn Write) -> Result<Exit> {
    let source = Source::new(common);
    let from = source.directories()?;
    refuse_owned(&source)?;
    let unfinished = unfinished(to)?;
    refuse_taken(to, "the copy needs an empty directory, or none")?;
    refuse_taken(&unfinished, "it is left from a repair that did not end: remove it first")?;
    let copied = make(&unfinished, to, || {
        let directory =
            RealDirectory::open(&unfinished).map_err(|error| failed("make", &unfinished, error))?;
        let copied = copy(from, Arc::new(directory), Seams::real())?;
        refuse_owned(&source)?;
        Ok(copied)
    });
    source.progress.end();
    let copied = copied?;
    let text = if common.json { json(&copied, to) } else { text(&copied, to) };
    print(out, &text)?;
    Ok(verify::exit(&copied.verified))
}

fn refuse_owned(source: &Source<'_>) -> Result<()> {
    let Some(owner) = source.owner()? else { return Ok(()) };
    let owner = owned_by(owner);
    Err(Error::unavailable(format!("{owner} owns the journal: stop it first")))
}

/// Where the copy is made.
fn unfinished(to: &Path) -> Result<PathBuf> {
    let Some(name) = to.file_name() else {
        return Err(Error::invalid(format!("{} is no name for a directory", to.display())));
    };
    let mut name = name.to_os_string();
    name.push(".unfinished");
    Ok(to.with_file_name(name))
}

fn refuse_taken(path: &Path, why: &str) -> Result<()> {
    let is_taken = match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(failed("look into", path, error)),
    };
    if is_taken {
        return Err(Error::invalid(format!("{} is not empty: {why}", path.display())));
    }
    Ok(())
}

/// Makes the copy and puts it into its place; what is left of one that failed is removed.
fn make(unfinished: &Path, to: &Path, copy: impl FnOnce() -> Result<Copied>) -> Result<Copied> {
    let place = || {
        fs::rename(unfinished, to)?;
        let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
    };
    let made = copy().and_then(|copied| {
        place().map_err(|error| failed("put the copy into", to, error))?;
        Ok(copied)
    });
    if made.is_err() {
        // It is of no use, and the error says why.
        let _ = fs::remove_dir_all(unfinished);
    }
    made
}

fn text(copied: &Copied, to: &Path) -> String {
    let mut text = verify::verdict(&copied.verified);
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "copied to {}: {} in {}",
        to.display(),
        count(copied.verified.records, "record"),
        count(copied.frames, "frame"),
    );
    let LeftOut { frames, unreadable, first, last, .. } = copied.left_out;
    if frames > 0 {
        let _ = writeln!(
            text,
            "left out: {} with records from {first} to {last}, {unreadable} unreadable",
            count(frames, "frame"),
        );
    }
    text
}

fn json(copied: &Copied, to: &Path) -> String {
    let LeftOut { frames, unreadable, first, last, .. } = copied.left_out;
    let left_out = Object::new()
        .number("frames", frames)
        .number("unreadable", unreadable)
        .number("first", first)
        .number("last", last);
    let json = Object::new()
        .text("to", &to.display().to_string())
        .number("frames", copied.frames)
        .object("left_out", Some(left_out))
        .object("verified", Some(verify::json(&copied.verified)));
    json.end() + "\n"
}

fn failed(what: &str, path: &Path, error: io::Error) -> Error {
    Error::unavailable(format!("{what} {}", path.display())).with_source(error)
}
