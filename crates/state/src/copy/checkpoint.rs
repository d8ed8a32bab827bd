//! A copy of a running state, which is a state of its own.
//!
//! It is what one view shows, written as a snapshot of a new state whose journal is yet to begin. A
//! directory with it is opened like any other; a stream of it is the snapshot alone.

use std::io::Write;
use std::sync::Arc;

use forebay_store::{Result, Seams};

use super::report::{CopyReport, Copying, Progress};
use super::site::{Site, new_state};
use crate::commit::{Core, Root};
use crate::open::{Home, Identity};
use crate::record::write_catalog;
use crate::snapshot::{Compression, Head, Keeper, SnapshotId, Totals, Writer, save};
use crate::tables::Tables;

/// What is copied, and how.
pub(crate) struct Checkpoint<T: Tables> {
    pub(crate) root: Arc<Root<T>>,
    pub(crate) seams: Seams,
    pub(crate) compression: Compression,
}

impl<T: Tables> Core<T> {
    /// What is shown now, to be copied.
    pub(crate) fn checkpoint(&self) -> Checkpoint<T> {
        let compression = self.keeper().map(Keeper::compression).unwrap_or_default();
        Checkpoint { root: self.front.root(), seams: self.seams.clone(), compression }
    }
}

impl<T: Tables> Checkpoint<T> {
    /// Makes the directory. It is beside it until it is whole, was read again and is durable.
    pub(crate) fn to_directory(
        &self,
        home: &Home,
        progress: &mut Progress<'_>,
    ) -> Result<CopyReport> {
        home.check_vacant()?;
        let beside = home.unfinished()?;
        let site = Site::take(&beside)?;
        site.clear()?;
        let (identity, head) = self.begin()?;
        let id = identity.id;
        let write = |file, progress: &mut Progress<'_>| self.write(file, &head, progress);
        let filled = site.fill(identity, write, progress);
        let named = filled.and_then(|totals| home.take(&beside).map(|()| totals));
        let totals = named.inspect_err(|_| site.give_up())?;
        Ok(CopyReport { revision: head.revision, totals, id })
    }

    /// Writes the copy to a stream.
    pub(crate) fn to_stream(
        &self,
        out: impl Write,
        progress: &mut Progress<'_>,
    ) -> Result<CopyReport> {
        let (identity, head) = self.begin()?;
        let (_, totals) = self.write(out, &head, progress)?;
        Ok(CopyReport { revision: head.revision, totals, id: identity.id })
    }

    fn begin(&self) -> Result<(Identity, Head)> {
        let random = &*self.seams.random;
        let id = [random.next_u64().to_le_bytes(), random.next_u64().to_le_bytes()];
        let mut catalog = Vec::new();
        write_catalog(&T::CATALOG, self.root.revision.life(), &mut catalog);
        let head = Head {
            id: SnapshotId(std::array::from_fn(|at| id[at / 8][at % 8])),
            revision: self.root.revision,
            written: self.seams.clock.wall(),
            catalog,
            ..Head::default()
        };
        new_state(T::CATALOG.name(), &head, random)
    }

    fn write<W: Write>(
        &self,
        out: W,
        head: &Head,
        progress: &mut Progress<'_>,
    ) -> Result<(W, Totals)> {
        let mut writer = Writer::new(out, head, self.compression)?;
        save((&self.root.tables, &self.root.quarantine), &mut writer, |written| {
            progress(Copying::Written(written))
        })?;
        writer.finish()
    }
}
