//! `forebay state inspect`.

use std::fmt::Write as _;
use std::io::Write;

use forebay::Result;
use forebay::state::snapshot::Head;
use forebay::state::{Inspected, SnapshotFacts, TableFacts, Verified, inspect};
use forebay_journal::{Inspection, Owner};

use super::super::exit::{Exit, print};
use super::super::inspect::hex;
use super::super::json::Object;
use super::super::shared::{tenant_json, tenants};
use super::super::size::{count, size};
use super::super::source::owned_by;
use super::super::verify::owner_json;
use super::command::Common;
use super::source::Source;
use super::verify;

/// What there is to tell.
struct Facts<'a> {
    common: &'a Common,
    owner: Option<Owner>,
    found: Inspected,
    verified: Verified,
}

/// Tells what is there.
pub(super) fn run(common: &Common, out: &mut dyn Write) -> Result<Exit> {
    let source = Source::new(common);
    let owner = source.owner();
    let read = inspect(&source.home()).and_then(|found| Ok((found, source.verify()?)));
    source.progress.end_with("all read");
    let ((found, verified), owner) = (read?, owner?);
    let facts = Facts { common, owner, found, verified };
    print(out, &if common.json { facts.json() } else { facts.text() })?;
    Ok(verify::exit(&facts.verified))
}

impl Facts<'_> {
    // Writing to a string cannot fail.
    fn text(&self) -> String {
        let Inspected { name, id, snapshots, journal, .. } = &self.found;
        let mut text = format!("state     {}\n", self.common.directory.display());
        let _ = writeln!(text, "identity  id {}, name {name:?}", hex(id));
        let _ = writeln!(text, "owner     {}", self.owner.map_or("nobody".into(), owned_by));
        let journal = match journal {
            None => "none: this is a copy that nobody has opened yet".into(),
            Some(Err(error)) => format!("WRONG: {error}"),
            Some(Ok(found)) => self.journal(found),
        };
        let _ = writeln!(text, "journal   {journal}");
        tenants(&self.verified.tenants, &mut text);
        for each in snapshots {
            let _ = writeln!(text, "snapshot  {}", snapshot(each));
        }
        text.push('\n');
        tables(&self.verified.tables, &mut text);
        text.push('\n');
        text.push_str(&verify::verdict(&self.verified));
        text
    }

    fn journal(&self, found: &Inspection) -> String {
        let (frames, used) = totals(found);
        format!(
            "generation {}: {}, {}, {} used; look closer with `forebay journal`",
            self.found.generation,
            count(found.segments.len() as u64, "segment"),
            count(frames, "frame"),
            size(used)
        )
    }

    fn json(&self) -> String {
        let Inspected { name, id, generation, snapshots, journal, .. } = &self.found;
        let journal = journal.as_ref().map(|journal| {
            let json = Object::new().number("generation", *generation);
            match journal {
                Ok(found) => {
                    let (frames, used) = totals(found);
                    json.number("segments", found.segments.len() as u64)
                        .number("frames", frames)
                        .number("used", used)
                }
                Err(error) => json.text("wrong", &error.to_string()),
            }
        });
        let tables = self.verified.tables.iter().map(|table| {
            Object::new()
                .number("id", table.id.0.into())
                .text("name", &table.name)
                .text("kind", table.kind.name())
                .text("key", &table.key)
                .number("version", table.version.into())
        });
        Object::new()
            .text("state", &self.common.directory.to_string_lossy())
            .text("id", &hex(id))
            .text("name", name)
            .object("owner", self.owner.map(owner_json))
            .object("journal", journal)
            .array("tenants", self.verified.tenants.iter().map(tenant_json))
            .array("snapshots", snapshots.iter().map(snapshot_json))
            .array("tables", tables)
            .object("verified", Some(verify::json(&self.verified)))
            .end()
            + "\n"
    }
}

/// Its frames, and the bytes that they take.
fn totals(found: &Inspection) -> (u64, u64) {
    let segments = found.segments.iter();
    segments.fold((0, 0), |(frames, used), each| (frames + each.frames, used + each.used))
}

fn snapshot(facts: &SnapshotFacts) -> String {
    let SnapshotFacts { name, length, head, .. } = facts;
    match head {
        Ok(Head { revision, covered, .. }) => {
            let length = size(*length);
            format!("{name}: {length}, revision {revision}, covers the records up to {covered}")
        }
        Err(error) => format!("{name}: {}, WRONG: {error}", size(*length)),
    }
}

fn snapshot_json(facts: &SnapshotFacts) -> Object {
    let json = Object::new().text("name", &facts.name).number("length", facts.length);
    match &facts.head {
        Ok(head) => json
            .number("revision", head.revision.0)
            .number("covered", head.covered)
            .number("written", head.written.0),
        Err(error) => json.text("wrong", &error.to_string()),
    }
}

fn tables(tables: &[TableFacts], text: &mut String) {
    let _ = writeln!(text, "{:>5}  {:<20} {:<8} {:>7}  key", "table", "name", "order", "version");
    for TableFacts { id, name, kind, key, version, .. } in tables {
        let (id, kind) = (id.0, kind.name());
        let _ = writeln!(text, "{id:>5}  {name:<20} {kind:<8} {version:>7}  {key}");
    }
}
