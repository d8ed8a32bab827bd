//! `forebay pool stats`.

use std::io::Write;

use forebay::Result;
use forebay::pool::{Catalog, Stock};

use super::super::exit::{Exit, print};
use super::super::json::Object;
use super::super::size::{count, size};
use super::command::Common;

/// Counts what is there.
pub(super) fn run(common: &Common, out: &mut dyn Write) -> Result<Exit> {
    let catalog = Catalog::open(&common.directory)?;
    let stock = catalog.stock()?;
    let text =
        if common.json { json(&catalog, &stock).end() + "\n" } else { text(&catalog, &stock) };
    print(out, &text)?;
    Ok(if stock.damaged_snapshots == 0 { Exit::Good } else { Exit::Damaged })
}

fn text(catalog: &Catalog, stock: &Stock) -> String {
    let damaged = match stock.damaged_snapshots {
        0 => String::new(),
        damaged => format!(" ({damaged} DAMAGED)"),
    };
    let garbage = match stock.damaged_snapshots {
        0 => format!("{}, {}", count(stock.garbage, "file"), size(stock.garbage_bytes)),
        _ => "nobody knows, as a snapshot is damaged".into(),
    };
    let part = |number, what: &str, bytes| format!("{}, {}", count(number, what), size(bytes));
    format!(
        "archive    {}\nsnapshots  {}{damaged}\nkept       {}\nobjects    {}\npacks      {}\n\
         garbage    {garbage}\nstrangers  {}\n",
        catalog.id(),
        stock.snapshots,
        part(stock.kept, "object", stock.kept_bytes),
        part(stock.objects, "file", stock.object_bytes),
        part(stock.packs, "file", stock.pack_bytes),
        count(stock.strangers, "file"),
    )
}

fn json(catalog: &Catalog, stock: &Stock) -> Object {
    Object::new()
        .text("archive", &catalog.id().to_string())
        .number("made", catalog.made())
        .number("snapshots", stock.snapshots)
        .number("damaged_snapshots", stock.damaged_snapshots)
        .number("kept", stock.kept)
        .number("kept_bytes", stock.kept_bytes)
        .number("objects", stock.objects)
        .number("object_bytes", stock.object_bytes)
        .number("packs", stock.packs)
        .number("pack_bytes", stock.pack_bytes)
        .number("garbage", stock.garbage)
        .number("garbage_bytes", stock.garbage_bytes)
        .number("strangers", stock.strangers)
}
