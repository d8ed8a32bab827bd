//! `forebay state export`.

use std::io::Write;

use forebay::Result;

use super::super::exit::Exit;
use super::command::Common;
use super::source::Source;
use super::verify::count_entries;
use crate::report;

/// Prints all entries.
pub(super) fn run(common: &Common, out: &mut dyn Write) -> Result<Exit> {
    let source = Source::new(common);
    let exported = source.read().and_then(|bare| {
        let count = bare.export(out, |count| {
            source.progress.say(|| format!("{} written", count_entries(count)));
            Ok(())
        })?;
        Ok((count, bare.quarantined()))
    });
    let (count, quarantined) = exported.inspect_err(|_| source.progress.end_with("given up"))?;
    source.progress.end_with(&format!("{} written", count_entries(count)));
    if quarantined > 0 {
        report::tell(format!("{quarantined} values are in quarantine, and were left out"));
    }
    Ok(Exit::Good)
}
