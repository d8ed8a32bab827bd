//! `forebay journal verify`.

use std::fmt::Write as _;
use std::io::Write;

use forebay::Result;
use forebay_journal::{Damage, Owner, Recovery, Verdict, Verified};

use super::command::Common;
use super::exit::{Exit, print};
use super::json::Object;
use super::size::{count, size};
use super::source::{Source, owned_by};

/// Reads everything and tells what came of it.
pub(super) fn run(common: &Common, out: &mut dyn Write) -> Result<Exit> {
    let source = Source::new(common);
    let verified = source.verify();
    source.progress.end();
    let verified = verified?;
    let owner = source.owner()?;
    let report = if common.json {
        json(&verified).object("owner", owner.map(owner_json)).end() + "\n"
    } else {
        text(&verified, owner)
    };
    print(out, &report)?;
    Ok(exit(&verified))
}

pub(super) fn exit(verified: &Verified) -> Exit {
    match verified.verdict {
        Verdict::Good(_) => Exit::Good,
        Verdict::Damaged(_) => Exit::Damaged,
    }
}

fn text(verified: &Verified, owner: Option<Owner>) -> String {
    let mut text = verdict(verified);
    text.push_str(hint(verified));
    if let Some(owner) = owner {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} owns it: there may be more by now", owned_by(owner));
    }
    text
}

/// What can be done about it.
pub(super) fn hint(verified: &Verified) -> &'static str {
    match &verified.verdict {
        Verdict::Damaged(damage) if damage.due > 0 => {
            "`forebay journal repair DIR --to NEWDIR` copies what is good\n"
        }
        _ => "",
    }
}

/// The verdict in words, with what is known.
pub(super) fn verdict(verified: &Verified) -> String {
    let records = match (verified.records, verified.first) {
        (0, _) => "no records".to_owned(),
        (1, first) => format!("1 record, {first} ({})", size(verified.bytes)),
        (many, first) => {
            let bytes = size(verified.bytes);
            format!("{many} records, {first} to {} ({bytes})", verified.last)
        }
    };
    match &verified.verdict {
        Verdict::Good(recovery) => format!("good: {records}{}\n", good(recovery)),
        Verdict::Damaged(damage) => format!("DAMAGED: {}\n", damaged(damage, &records)),
    }
}

fn good(recovery: &Recovery) -> String {
    let frames = count(recovery.frames, "frame");
    let segments = count(recovery.segments, "segment");
    let closed = if recovery.was_clean { "closed in order" } else { "not closed" };
    let mut text = format!(" in {frames} of {segments}; {closed}");
    if recovery.replaced > 0 {
        let unproven = count(recovery.replaced, "record");
        let _ = write!(text, "\nnot known to be on the device: the last {unproven}");
    }
    if let Some(torn) = torn(recovery) {
        let _ = write!(text, "\n{torn}");
    }
    text
}

/// What was cut off the end, if it was torn.
pub(crate) fn torn(recovery: &Recovery) -> Option<String> {
    let (file, offset) = recovery.torn.as_ref()?;
    let dropped = count(recovery.dropped, "frame");
    Some(format!(
        "torn tail: {file} from byte {offset}, with {dropped} that no sync had made durable"
    ))
}

fn damaged(damage: &Damage, records: &str) -> String {
    let Damage { file, offset, due, what } = damage;
    let mut text = format!("{file} at byte {offset}: {what}");
    if *due > 0 {
        let _ = write!(text, "\nfirst missing record: {due}");
        let _ = write!(text, "\ngood before it: {records}");
    }
    text
}

/// The same for programs.
pub(super) fn json(verified: &Verified) -> Object {
    let (verdict, recovery, damage) = match &verified.verdict {
        Verdict::Good(recovery) => ("good", Some(recovery), None),
        Verdict::Damaged(damage) => ("damaged", None, Some(damage)),
    };
    let json = Object::new()
        .text("verdict", verdict)
        .number("records", verified.records)
        .number("first", verified.first)
        .number("last", verified.last)
        .number("bytes", verified.bytes)
        .object("damage", damage.map(damage_json));
    let Some(recovery) = recovery else { return json };
    let torn = recovery.torn.as_ref().map(|(file, offset)| {
        let torn = Object::new().text("file", file).number("offset", *offset);
        torn.number("dropped_frames", recovery.dropped)
    });
    json.number("segments", recovery.segments)
        .number("frames", recovery.frames)
        .is("closed", recovery.was_clean)
        .number("unproven", recovery.replaced)
        .object("torn", torn)
}

fn damage_json(damage: &Damage) -> Object {
    Object::new()
        .text("file", &damage.file)
        .number("offset", damage.offset)
        .number("first_missing", damage.due)
        .text("what", &damage.what)
}

/// Who owns it.
pub(super) fn owner_json(owner: Owner) -> Object {
    match owner.pid {
        Some(pid) => Object::new().number("pid", pid.into()),
        None => Object::new().raw("pid", "null"),
    }
}
