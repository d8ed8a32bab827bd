//! Puts small blobs into packs.

use std::collections::HashSet;
use std::sync::Arc;

use forebay_store::Result;
use forebay_store::seam::Random;
use forebay_store::sync::Mutex;

use super::super::files::Files;
use super::super::manifest::Spot;
use super::super::medium::sync;
use super::super::names::unfinished;
use super::super::pack::PackPen;
use super::super::part::Part;
use crate::key::Key;

/// Puts small blobs into new packs. Dropped before it is finished, it removes them.
pub(super) struct Packer {
    files: Arc<Files>,
    random: Arc<dyn Random>,
    pens: Mutex<Vec<PackPen>>,
}

impl Packer {
    /// A pack that is longer gets no further blob.
    const FULL: u64 = 64 << 20;

    pub(super) fn new(files: &Arc<Files>, random: &Arc<dyn Random>) -> Self {
        let pens = Mutex::default();
        Self { files: Arc::clone(files), random: Arc::clone(random), pens }
    }

    /// Puts a blob, head and payload, and says where it will be.
    pub(super) fn put(&self, blob: &[u8]) -> Result<Spot> {
        let mut pens = self.pens.lock();
        let has_room = pens.last().is_some_and(|pen| pen.length() < Self::FULL);
        if !has_room {
            let pack = Key::draw(&*self.random);
            let (folder, name) = (self.files.folder(Part::Packs), unfinished(&pack.to_string()));
            pens.push(PackPen::begin(pack, folder.create(&name)?, folder.place(&name)));
        }
        let pen = pens.last_mut().expect("one was there or was made");
        Ok(Spot::Pack { pack: pen.id(), at: pen.put(blob)? })
    }

    /// Syncs the packs and gives them their names, which are not durable yet. Those whose sync has failed
    /// are removed and given back.
    pub(super) fn finish(self) -> Result<HashSet<Key>> {
        let mut failed = HashSet::new();
        let folder = self.files.folder(Part::Packs);
        let mut pens = self.pens.lock();
        while let Some(pen) = pens.last_mut() {
            pen.finish(self.files.id())?;
            let pack = pen.id();
            let name = pack.to_string();
            if sync(&**pen.file(), pen.place()).is_ok() {
                folder.rename(&unfinished(&name), &name)?;
            } else {
                folder.discard(&unfinished(&name));
                failed.insert(pack);
            }
            pens.pop();
        }
        drop(pens);
        Ok(failed)
    }
}

impl Drop for Packer {
    fn drop(&mut self) {
        for pen in self.pens.lock().drain(..) {
            self.files.folder(Part::Packs).discard(&unfinished(&pen.id().to_string()));
        }
    }
}
