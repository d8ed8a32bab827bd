//! `forebay state verify`.

use std::io::Write;

use forebay::Result;
use forebay::state::{Verdict, Verified};

use super::super::exit::{Exit, print};
use super::super::json::Object;
use super::super::size::{count, size};
use super::super::source::owned_by;
use super::super::verify::owner_json;
use super::command::Common;
use super::source::Source;

/// Reads everything and tells what came of it.
pub(super) fn run(common: &Common, out: &mut dyn Write) -> Result<Exit> {
    let source = Source::new(common);
    let verified = source.verify();
    source.progress.end_with("all read");
    let verified = verified?;
    let owner = source.owner()?;
    let text = if common.json {
        json(&verified).object("owner", owner.map(owner_json)).end() + "\n"
    } else {
        let beside = owner
            .map(|owner| format!("{} has it open: more may have come since\n", owned_by(owner)));
        verdict(&verified) + &beside.unwrap_or_default()
    };
    print(out, &text)?;
    Ok(exit(&verified))
}

pub(super) fn exit(verified: &Verified) -> Exit {
    match verified.verdict {
        Verdict::Good => Exit::Good,
        Verdict::Damaged(_) => Exit::Damaged,
    }
}

/// The verdict in words, with what was read.
pub(super) fn verdict(verified: &Verified) -> String {
    let snapshot = verified.snapshot.as_ref().map_or("no snapshot".into(), |totals| {
        format!("{} in a snapshot ({})", count_entries(totals.entries()), size(totals.bytes))
    });
    let journal = format!(
        "{} with {} in the journal behind it",
        count(verified.transactions, "transaction"),
        count(verified.changes, "change")
    );
    let last = verified.last;
    match &verified.verdict {
        Verdict::Good => format!("good: revision {last}; {snapshot}, {journal}\n"),
        Verdict::Damaged(error) => {
            format!("DAMAGED: {error}\ngood before it: revision {last}; {snapshot}, {journal}\n")
        }
    }
}

pub(super) fn count_entries(entries: u64) -> String {
    if entries == 1 { "1 entry".into() } else { format!("{entries} entries") }
}

pub(super) fn json(verified: &Verified) -> Object {
    let snapshot = verified.snapshot.as_ref().map(|totals| {
        Object::new().number("entries", totals.entries()).number("bytes", totals.bytes)
    });
    let json = Object::new();
    let json = match &verified.verdict {
        Verdict::Good => json.text("verdict", "good"),
        Verdict::Damaged(error) => {
            json.text("verdict", "damaged").text("damage", &error.to_string())
        }
    };
    json.number("revision", verified.last.0)
        .object("snapshot", snapshot)
        .number("transactions", verified.transactions)
        .number("changes", verified.changes)
}
