//! `forebay pool verify`.

use std::fmt::Write as _;
use std::io::Write;
use std::ops::ControlFlow;

use forebay::Result;
use forebay::pool::{Catalog, Progress as Far, Verified};

use super::super::exit::{Exit, print};
use super::super::json::Object;
use super::super::progress::Progress;
use super::super::size::{count, size};
use super::command::Common;

/// Reads everything and tells what came of it.
pub(super) fn run(common: &Common, out: &mut dyn Write) -> Result<Exit> {
    let catalog = Catalog::open(&common.directory)?;
    let progress = Progress::new(common.progress);
    let verified = catalog.verify(|far| {
        progress.say(|| line(far));
        ControlFlow::Continue(())
    });
    progress.end_with("all read");
    let verified = verified?;
    let text = if common.json { json(&verified).end() + "\n" } else { text(&verified) };
    print(out, &text)?;
    Ok(if verified.is_good() { Exit::Good } else { Exit::Damaged })
}

fn line(far: Far) -> String {
    let percent = (far.done * 100).checked_div(far.total).unwrap_or(100);
    let objects = count(far.objects, "object");
    format!("{} of {} ({percent} %), {objects}", size(far.done), size(far.total))
}

fn text(verified: &Verified) -> String {
    let read = format!("{} in {}", count(verified.objects, "object"), size(verified.bytes));
    let mut text = String::new();
    // Writing to a string cannot fail.
    for damage in &verified.damaged {
        let _ = writeln!(text, "DAMAGED: {damage}");
    }
    for missing in &verified.missing {
        let (snapshot, name, key) = (&missing.snapshot, &missing.name, missing.key);
        let _ =
            writeln!(text, "MISSING: `{name}` of `{snapshot}`: {key} is not in {}", missing.path);
    }
    let verdict = if verified.is_good() { "good" } else { "good besides" };
    let _ = writeln!(text, "{verdict}: {read}");
    if verified.garbage > 0 {
        let files = count(verified.garbage, "file");
        let _ = writeln!(text, "{files} that nothing refers to: `forebay pool gc` removes them");
    }
    if verified.strangers > 0 {
        let _ = writeln!(text, "{} of somebody else", count(verified.strangers, "file"));
    }
    text
}

fn json(verified: &Verified) -> Object {
    let damaged = verified.damaged.iter();
    let damaged = damaged.map(|it| Object::new().text("path", &it.path).text("what", &it.what));
    let missing = verified.missing.iter().map(|it| {
        let object = Object::new().text("snapshot", &it.snapshot).text("name", &it.name);
        object.text("key", &it.key.to_string()).text("path", &it.path)
    });
    Object::new()
        .text("verdict", if verified.is_good() { "good" } else { "damaged" })
        .number("objects", verified.objects)
        .number("bytes", verified.bytes)
        .array("damaged", damaged)
        .array("missing", missing)
        .number("garbage", verified.garbage)
        .number("strangers", verified.strangers)
}
