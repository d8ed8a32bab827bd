//! An archive that is looked at without a pool.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_store::Result;

use super::catalog::{Census, Index, Present};
use super::files::Files;
use super::part::Part;
use super::report::{Listed, Progress, Snapshots, Stock, Verified};
use super::{listing, of_pool, opening, verifying};
use crate::archive::bytes::Bytes;
use crate::key::Key;

/// An archive that is looked at without a pool, while it may have an owner. Nothing is changed and no lock is
/// taken. Every call blocks.
pub struct Catalog {
    files: Files,
    index: Index,
}

impl Catalog {
    /// Looks at the archive in a directory. `Invalid` if there is none.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_in(of_pool::existing(path.as_ref())?)
    }

    /// Looks at the archive in a directory of any disk.
    pub fn open_in(root: Arc<dyn Directory>) -> Result<Self> {
        Ok(Self { files: opening::look_at(root)?, index: Index::default() })
    }

    /// The archive's id.
    pub fn id(&self) -> Key {
        self.files.id()
    }

    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub fn made(&self) -> u64 {
        self.files.identity().made
    }

    /// The keys of all objects in the archive, ascending. An error if a snapshot is damaged, because its keys are unknown
    /// then.
    pub fn keys(&self) -> Result<Vec<Key>> {
        listing::keys(&self.files, &*self.index.refreshed(&self.files, None)?)
    }

    /// The keys of what was kept, ascending.
    pub fn kept(&self) -> Result<Vec<Key>> {
        Ok(Present::of(&self.files, Part::Kept)?.keys)
    }

    /// Its snapshots: those that can be read, and those that cannot, with the reason.
    pub fn snapshots(&self) -> Result<Snapshots> {
        Ok(listing::snapshots(&*self.index.refreshed(&self.files, None)?))
    }

    /// What is in a snapshot, in the order of the names. `Invalid` if there is no such snapshot.
    pub fn items(&self, snapshot: &str) -> Result<Vec<Listed>> {
        let name = snapshot.parse()?;
        let entries = self.index.entries(&self.files, &name, None)?;
        Ok(listing::items(&entries.ok_or_else(|| listing::no_snapshot(&name))?))
    }

    /// Reads all of it and checks each byte. `told` hears how far it is and may break it off.
    pub fn verify(&self, told: impl FnMut(Progress) -> ControlFlow<()>) -> Result<Verified> {
        let known = self.index.refreshed(&self.files, None)?;
        verifying::verify(&self.files, &known, told)
    }

    /// What is in its folders.
    pub fn stock(&self) -> Result<Stock> {
        let known = self.index.refreshed(&self.files, None)?;
        let mut stock = Stock { snapshots: known.manifests.len() as u64, ..Stock::default() };
        stock.damaged_snapshots = known.damaged();
        stock.strangers = Index::strangers(&self.files, &known)?;
        let census = known.check_all().is_ok().then(|| Census::of(&known));
        for part in Part::ALL {
            let present = Present::of(&self.files, part)?;
            stock.strangers += present.strangers;
            for key in present.keys {
                let file = self.files.folder(part).open(&key.to_string())?;
                let length = file.map_or(0, |file| file.length());
                stock.add(part, length);
                if census.as_ref().is_some_and(|census| !census.refers_to(part, key)) {
                    stock.garbage += 1;
                    stock.garbage_bytes += length;
                }
            }
        }
        Ok(stock)
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog").field("files", &self.files).finish_non_exhaustive()
    }
}
