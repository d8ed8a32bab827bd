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
use crate::revision::Revision;
use crate::snapshot::{Compression, Head, Keeper, SnapshotId, Totals, Writer, save};
use crate::tables::Tables;

/// What can be copied: all that there is of a state, at one revision.
pub(crate) trait Content {
    /// What the state is called.
    fn name(&self) -> &str;

    /// The last transaction that is in it.
    fn revision(&self) -> Revision;

    /// What it is made of, encoded.
    fn catalog(&self) -> Vec<u8>;

    /// Begins a snapshot of it.
    fn begin<W: Write>(&self, out: W, head: &Head, compression: Compression) -> Result<Writer<W>> {
        Writer::new(out, head, compression)
    }

    /// Writes all tables; `between` is told now and then how many bytes are written.
    fn save<W: Write>(
        &self,
        writer: &mut Writer<W>,
        between: impl FnMut(u64) -> Result<()>,
    ) -> Result<()>;
}

impl<T: Tables> Content for Arc<Root<T>> {
    fn name(&self) -> &str {
        T::CATALOG.name()
    }

    fn revision(&self) -> Revision {
        self.revision
    }

    fn catalog(&self) -> Vec<u8> {
        let mut catalog = Vec::new();
        write_catalog(&T::CATALOG, self.revision.life(), &mut catalog);
        catalog
    }

    fn save<W: Write>(
        &self,
        writer: &mut Writer<W>,
        between: impl FnMut(u64) -> Result<()>,
    ) -> Result<()> {
        save((&self.tables, &self.quarantine), writer, between)
    }
}

/// What is copied, and how.
pub(crate) struct Checkpoint<C: Content> {
    pub(super) content: C,
    pub(super) seams: Seams,
    pub(super) compression: Compression,
}

impl<T: Tables> Core<T> {
    /// What is shown now, to be copied.
    pub(crate) fn checkpoint(&self) -> Checkpoint<Arc<Root<T>>> {
        let compression = self.keeper().map(Keeper::compression).unwrap_or_default();
        Checkpoint { content: self.front.root(), seams: self.seams.clone(), compression }
    }
}

impl<C: Content> Checkpoint<C> {
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
        let head = Head {
            id: SnapshotId(std::array::from_fn(|at| id[at / 8][at % 8])),
            revision: self.content.revision(),
            written: self.seams.clock.wall(),
            catalog: self.content.catalog(),
            ..Head::default()
        };
        new_state(self.content.name(), &head, random)
    }

    fn write<W: Write>(
        &self,
        out: W,
        head: &Head,
        progress: &mut Progress<'_>,
    ) -> Result<(W, Totals)> {
        let mut writer = self.content.begin(out, head, self.compression)?;
        self.content.save(&mut writer, |written| progress(Copying::Written(written)))?;
        writer.finish()
    }
}
