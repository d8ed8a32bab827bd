//! `forebay state export`.

use std::io::Write;

use forebay::Result;

use super::super::exit::Exit;
use super::command::Common;
use super::source::Source;
use super::verify::count_entries;

/// Prints all entries.
pub(super) fn run(common: &Common, out: &mut dyn Write) -> Result<Exit> {
    let source = Source::new(common);
    let exported = source.read().and_then(|bare| {
        bare.export(out, |count| {
            source.progress.say(|| format!("{} written", count_entries(count)));
            Ok(())
        })
    });
    let count = exported.inspect_err(|_| source.progress.end_with("given up"))?;
    source.progress.end_with(&format!("{} written", count_entries(count)));
    Ok(Exit::Good)
}
