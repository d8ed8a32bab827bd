//! `forebay state checkpoint`.

use std::io::Write;
use std::path::Path;

use forebay::Result;
use forebay::state::CopyReport;

use super::super::exit::{Exit, print};
use super::super::inspect::hex;
use super::super::json::Object;
use super::super::size::size;
use super::command::{Common, STREAM};
use super::source::{Source, copying};
use super::verify::count_entries;

/// Makes a copy, and reads it again.
pub(super) fn run(common: &Common, to: &Path, out: &mut dyn Write) -> Result<Exit> {
    let source = Source::new(common);
    let is_stream = to.as_os_str() == STREAM;
    let copied = source.read().and_then(|bare| {
        let told = |done| copying(&source.progress, done);
        if is_stream { bare.checkpoint_to(&mut *out, told) } else { bare.checkpoint(to, told) }
    });
    source.progress.end_with(if copied.is_ok() { "all copied" } else { "given up" });
    let report = copied?;
    if !is_stream {
        print(out, &told(common, "copied to", &to.display().to_string(), &report))?;
    }
    Ok(Exit::Good)
}

/// What a copy is told as.
pub(super) fn told(common: &Common, what: &str, place: &str, report: &CopyReport) -> String {
    let CopyReport { revision, totals, id, .. } = report;
    if common.json {
        let json = Object::new().text("to", place).text("id", &hex(id));
        let json = json.number("revision", revision.0).number("entries", totals.entries());
        return json.number("bytes", totals.bytes).end() + "\n";
    }
    format!(
        "{what} {place}: {} ({}), revision {revision}, id {}\n",
        count_entries(totals.entries()),
        size(totals.bytes),
        hex(id)
    )
}
