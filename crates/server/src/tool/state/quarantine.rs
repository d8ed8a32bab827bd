//! `forebay state quarantine list`.

use std::io::Write;

use forebay::Result;

use super::super::exit::{Exit, print};
use super::super::inspect::hex;
use super::super::json::Object;
use super::super::shown::Shown;
use super::super::size::count;
use super::command::Common;
use super::source::Source;

/// Lists what is in quarantine.
pub(super) fn run(common: &Common, out: &mut dyn Write) -> Result<Exit> {
    let source = Source::new(common);
    let bare = source.read();
    source.progress.end_with("all read");
    let bare = bare?;
    for held in bare.quarantine() {
        let table = bare.table_name(held.table()).unwrap_or("?");
        let line = if common.json {
            Object::new()
                .text("table", table)
                .number("id", held.table().0.into())
                .text("key", &hex(held.key()))
                .number("version", held.version().into())
                .number("revision", held.revision().0)
                .text("cause", held.cause().name())
                .text("why", &held.cause().to_string())
                .text("value", &hex(held.value()))
                .end()
        } else {
            let (key, cause) = (Shown::of(held.key(), false).line(), held.cause());
            format!("{table} {key}: version {}, {}: {cause}", held.version(), cause.name())
        };
        print(out, &(line + "\n"))?;
    }
    if !common.json {
        print(out, &format!("{} in quarantine\n", count(bare.quarantine().len() as u64, "value")))?;
    }
    Ok(Exit::Good)
}
