//! Making one snapshot, and letting go of what it makes superfluous.
//!
//! The order of the steps is what no crash may change: the file is durable before it has its name,
//! what it covers is durable in the journal before that, and the name is durable before anything that
//! it replaces is let go of.

use std::io;
use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_store::{Error, Result};

use super::file::FileWriter;
use super::footer::Totals;
use super::head::{Head, SnapshotId};
use super::keeper::Keeper;
use super::name::{file_name, parse_name};
use super::report::SnapshotReport;
use super::save::save;
use super::writer::Writer;
use crate::commit::{Core, Covered, View};
use crate::record::write_catalog;
use crate::tables::Tables;

/// The file while it is written. Nobody reads it.
const NEW: &str = "new-snap";

/// Makes a snapshot of what is shown.
pub(super) fn make<T: Tables>(core: &Arc<Core<T>>, keeper: &Keeper) -> Result<SnapshotReport> {
    keeper.check(core)?;
    let Covered { view, up_to: covered, begin } = core.cover()?;
    if let Some(last) = keeper.made_at(view.revision()).filter(|_| core.is_tenant()) {
        // Only other tenants want something: that the state needs nothing that is older.
        core.wait_synced(covered)?;
        core.retire(begin)?;
        return Ok(last);
    }
    let files = &*keeper.files;
    let mut catalog = Vec::new();
    write_catalog(&T::CATALOG, view.revision().life(), &mut catalog);
    let random = &keeper.seams.random;
    let id = [random.next_u64().to_le_bytes(), random.next_u64().to_le_bytes()];
    let head = Head {
        id: SnapshotId(std::array::from_fn(|at| id[at / 8][at % 8])),
        state: keeper.state,
        journal: keeper.journal,
        covered,
        revision: view.revision(),
        written: keeper.seams.clock.wall(),
        catalog,
    };
    let is_wanted = || keeper.check(core);
    let written = write(&view, files, &head, keeper, is_wanted).and_then(|totals| {
        // Else the journal might lose what the snapshot has; what comes after it would get the numbers
        // of lost records, and be passed over as covered.
        core.wait_synced(covered)?;
        Ok(totals)
    });
    let totals = written.inspect_err(|_| drop(files.remove(NEW)))?;
    files.rename(NEW, &file_name(covered)).map_err(failed)?;
    files.sync().map_err(failed)?;
    core.retire(begin)?;
    forget_older(files, covered)?;
    Ok(SnapshotReport::new(head.revision, covered, totals))
}

fn write<T: Tables>(
    view: &View<T>,
    files: &dyn Directory,
    head: &Head,
    keeper: &Keeper,
    is_wanted: impl Fn() -> Result<()>,
) -> Result<Totals> {
    match files.remove(NEW) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        removed => removed.map_err(failed)?,
    }
    let file = files.create(NEW).map_err(failed)?;
    let mut writer = Writer::new(FileWriter::new(file), head, keeper.settings.compression)?;
    save((&**view, view.quarantine()), &mut writer, |_| is_wanted())?;
    let (file, totals) = writer.finish()?;
    file.sync().map_err(failed)?;
    Ok(totals)
}

/// Removes the snapshots before this one, which is durable.
fn forget_older(files: &dyn Directory, covered: u64) -> Result<()> {
    let names = files.list().map_err(failed)?;
    let is_older = |name: &&String| parse_name(name).is_some_and(|other| other < covered);
    let mut older = names.iter().filter(is_older).peekable();
    if older.peek().is_none() {
        return Ok(());
    }
    for name in older {
        files.remove(name).map_err(failed)?;
    }
    files.sync().map_err(failed)
}

#[cold]
fn failed(error: io::Error) -> Error {
    Error::unavailable("make a snapshot").with_source(error)
}
