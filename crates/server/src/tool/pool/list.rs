//! `forebay pool list`.

use std::fmt::Write as _;
use std::io::Write;

use forebay::Result;
use forebay::pool::{Catalog, Key, Listed, Snapshots};

use super::super::exit::{Exit, print};
use super::super::json::Object;
use super::super::size::{count, size};
use super::command::Common;

/// Says which snapshots are there and what was kept, or what is in one snapshot.
pub(super) fn run(common: &Common, snapshot: Option<&str>, out: &mut dyn Write) -> Result<Exit> {
    let catalog = Catalog::open(&common.directory)?;
    let mut is_damaged = false;
    let text = if let Some(name) = snapshot {
        let items = catalog.items(name)?;
        if common.json { items_json(name, &items).end() + "\n" } else { items_text(&items) }
    } else {
        let (snapshots, kept) = (catalog.snapshots()?, catalog.kept()?);
        is_damaged = !snapshots.damaged.is_empty();
        if common.json { json(&snapshots, &kept).end() + "\n" } else { text(&snapshots, &kept) }
    };
    print(out, &text)?;
    Ok(if is_damaged { Exit::Damaged } else { Exit::Good })
}

fn text(snapshots: &Snapshots, kept: &[Key]) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for one in &snapshots.whole {
        let objects = count(one.objects, "object");
        let _ = writeln!(text, "snapshot {}: {objects}, {}", one.name, size(one.bytes));
    }
    for one in &snapshots.damaged {
        let _ = writeln!(text, "DAMAGED: snapshot {}: {}", one.name, one.error.chain());
    }
    for key in kept {
        let _ = writeln!(text, "kept {key}");
    }
    if text.is_empty() { "nothing is in it\n".into() } else { text }
}

fn items_text(items: &[Listed]) -> String {
    let mut text = String::new();
    for one in items {
        let (name, key, bytes) = (&one.name, one.key, size(one.bytes));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{key} {name}: `{}`, {bytes}", one.type_name);
    }
    if text.is_empty() { "nothing is in it\n".into() } else { text }
}

fn json(snapshots: &Snapshots, kept: &[Key]) -> Object {
    let damaged = snapshots.damaged.iter();
    let damaged =
        damaged.map(|one| Object::new().text("name", &one.name).text("what", &one.error.chain()));
    let whole = snapshots.whole.iter().map(|one| {
        Object::new()
            .text("name", &one.name)
            .number("sequence", one.sequence)
            .number("made", one.made)
            .number("objects", one.objects)
            .number("bytes", one.bytes)
    });
    let kept = kept.iter().map(|key| Object::new().text("key", &key.to_string()));
    Object::new().array("snapshots", whole).array("damaged", damaged).array("kept", kept)
}

fn items_json(snapshot: &str, items: &[Listed]) -> Object {
    let items = items.iter().map(|one| {
        Object::new()
            .text("name", &one.name)
            .text("key", &one.key.to_string())
            .text("type", &one.type_name)
            .number("bytes", one.bytes)
            .number("weight", one.weight)
    });
    Object::new().text("snapshot", snapshot).array("items", items)
}
