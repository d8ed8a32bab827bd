//! `forebay state quarantine purge`.

use std::cell::Cell;
use std::io::Write;

use forebay::state::copy::purge_quarantine;
use forebay::state::{Quarantined, verify};
use forebay::{Error, Result};

use super::super::exit::{Exit, print};
use super::super::json::Object;
use super::super::size::count;
use super::command::{Common, Purge};
use super::source::Source;

/// Gives up what was chosen, if it is meant.
pub(super) fn run(common: &Common, what: &Purge, out: &mut dyn Write) -> Result<Exit> {
    let source = Source::new(common);
    let table = what.table.as_deref().map(|table| number(&source, table)).transpose()?;
    let chosen = Cell::new(0);
    let is_chosen = |held: &Quarantined<'_>| {
        let is_there = table.is_none_or(|table| held.table().0 == table)
            && what.cause.as_deref().is_none_or(|cause| held.cause().name() == cause);
        chosen.set(chosen.get() + u64::from(is_there));
        // Without being told that it is meant, nothing goes.
        is_there && what.yes
    };
    let purged = purge_quarantine(source.home(), is_chosen, |done| source.verifying(done));
    source.progress.end_with("all read");
    let purged = purged?;
    if !what.yes && chosen.get() > 0 {
        let values = count(chosen.get(), "value");
        let message =
            format!("{values} in quarantine would be given up for good: say so with --yes");
        return Err(Error::invalid(message));
    }
    let told = if common.json {
        Object::new().number("purged", purged).end() + "\n"
    } else {
        format!("{} given up\n", count(purged, "value"))
    };
    print(out, &told)?;
    Ok(Exit::Good)
}

/// The number of a table: what is the name of one is that, even if it looks like a number. A number may be that
/// of no table that there is.
fn number(source: &Source<'_>, table: &str) -> Result<u16> {
    let tables = verify(&source.home(), |done| source.verifying(done))?.tables;
    let known = tables.iter().find(|known| known.name == table).map(|known| known.id.0);
    known.or_else(|| table.parse().ok()).ok_or_else(|| {
        Error::invalid(format!(
            "the state has no table `{table}`: `forebay state inspect` names them"
        ))
    })
}
