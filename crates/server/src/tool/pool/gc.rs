//! `forebay pool gc`.

use std::io::Write;

use forebay::pool::{ByteSize, GcReport, Pool};
use forebay::{Error, Result};

use super::super::exit::{Exit, print};
use super::super::json::Object;
use super::super::size::{count, size};
use super::command::Common;

/// Removes what nothing refers to, or says what that is.
pub(super) fn run(common: &Common, is_dry: bool, out: &mut dyn Write) -> Result<Exit> {
    // Else a word that was mistyped would make an archive.
    forebay::pool::Catalog::open(&common.directory)?;
    let pool = Pool::builder().memory(ByteSize::mib(64)).build()?;
    let report = if is_dry {
        pool.archive_to_read(&common.directory).wait()?.gc_dry_run().wait()?
    } else {
        pool.archive(&common.directory).wait()?.gc().wait()?
    };
    let text = if common.json { json(&report, is_dry).end() + "\n" } else { text(&report, is_dry) };
    print(out, &text)?;
    if report.in_use == 0 { Ok(Exit::Good) } else { Err(Error::unavailable("some are in use")) }
}

fn text(report: &GcReport, is_dry: bool) -> String {
    let files = count(report.removed, "file");
    let removed = if is_dry { "would be removed" } else { "removed" };
    let mut lines = vec![format!("{files} {removed}, {}", size(report.bytes))];
    if report.half_dead_packs > 0 {
        let packs = count(report.half_dead_packs, "pack");
        lines.push(format!("{packs} of which less than half is used: the next commits empty them"));
    }
    if report.strangers > 0 {
        let files = count(report.strangers, "file");
        lines.push(format!("{files} of somebody else, not touched"));
    }
    lines.join("\n") + "\n"
}

fn json(report: &GcReport, is_dry: bool) -> Object {
    Object::new()
        .is("dry_run", is_dry)
        .number("removed", report.removed)
        .number("bytes", report.bytes)
        .number("half_dead_packs", report.half_dead_packs)
        .number("strangers", report.strangers)
}
