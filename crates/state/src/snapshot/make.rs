//! Making one snapshot, and letting go of what it makes superfluous.
//!
//! The order of the steps is what no crash may change: the file is durable before it has its name,
//! what it covers is durable in the journal before that, and the name is durable before anything that
//! it replaces is let go of.

use std::io;
use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_store::{Error, ErrorKind, Result};

use super::compression::Compression;
use super::file::FileWriter;
use super::find::{SnapshotFile, snapshot_files};
use super::footer::Totals;
use super::head::{Head, SnapshotId};
use super::keeper::Keeper;
use super::name::file_name;
use super::report::SnapshotReport;
use super::save::save;
use super::writer::Writer;
use crate::commit::{Core, Covered};
use crate::quarantine::Quarantine;
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
    let head = Head {
        id: SnapshotId::draw(&*keeper.seams.random),
        state: keeper.state,
        journal: keeper.journal,
        covered,
        revision: view.revision(),
        written: keeper.seams.clock.wall(),
        catalog,
    };
    let is_wanted = || keeper.check(core);
    // Else the journal might lose what the snapshot has; what comes after it would get the numbers of
    // lost records, and be passed over as covered.
    let is_covered = || core.wait_synced(covered);
    let content = (&*view, view.quarantine());
    let compression = keeper.settings.compression;
    let totals = write_new(content, files, &head, compression, (is_wanted, is_covered))?;
    core.retire(begin)?;
    forget_older(files, &head)?;
    Ok(SnapshotReport::new(head.revision, covered, totals))
}

/// Writes a snapshot, durably; it has its name once `is_covered` has said that the journal has what is
/// in it. Nothing of it is there before.
pub(crate) fn write_new<T: Tables>(
    content: (&T, &Quarantine),
    files: &dyn Directory,
    head: &Head,
    compression: Compression,
    (is_wanted, is_covered): (impl Fn() -> Result<()>, impl FnOnce() -> Result<()>),
) -> Result<Totals> {
    let written = write(content, files, head, compression, is_wanted);
    let written = written.and_then(|totals| is_covered().map(|()| totals));
    let totals = written.inspect_err(|_| drop(files.remove(NEW)))?;
    files.rename(NEW, &file_name(head.covered)).map_err(failed)?;
    files.sync().map_err(failed)?;
    Ok(totals)
}

fn write<T: Tables>(
    content: (&T, &Quarantine),
    files: &dyn Directory,
    head: &Head,
    compression: Compression,
    is_wanted: impl Fn() -> Result<()>,
) -> Result<Totals> {
    match files.remove(NEW) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        removed => removed.map_err(failed)?,
    }
    let file = files.create(NEW).map_err(failed)?;
    let mut writer = Writer::new(FileWriter::new(file), head, compression)?;
    save(content, &mut writer, |_| is_wanted())?;
    let (file, totals) = writer.finish()?;
    file.sync().map_err(failed)?;
    Ok(totals)
}

/// Removes the snapshots of the same journal before this one, which is durable. Those of a journal before
/// a recovery, and those that cannot be read, are all that is left of what was damaged.
fn forget_older(files: &dyn Directory, head: &Head) -> Result<()> {
    let mut is_removed = false;
    for (name, covered) in snapshot_files(files)? {
        if covered >= head.covered {
            continue;
        }
        match SnapshotFile::open(files, &name)?.head() {
            Ok(older) if (older.state, older.journal) == (head.state, head.journal) => {
                files.remove(&name).map_err(failed)?;
                is_removed = true;
            }
            Err(error) if error.kind() == ErrorKind::Unavailable => return Err(error),
            _ => {}
        }
    }
    if is_removed { files.sync().map_err(failed) } else { Ok(()) }
}

#[cold]
fn failed(error: io::Error) -> Error {
    Error::unavailable("make a snapshot").with_source(error)
}
