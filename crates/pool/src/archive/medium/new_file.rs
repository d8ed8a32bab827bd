//! A blob file that is being written.

use std::sync::Arc;

use forebay_journal::disk::DiskFile;
use forebay_store::Result;

use super::super::failure::failed;
use super::super::file_pen::FilePen;
use super::super::files::Files;
use super::super::names::unfinished;
use super::super::part::Part;
use crate::blob::HEAD;
use crate::key::Key;

/// A blob file that is being written, under a name for that time. Dropped without its own name, it is
/// removed.
#[derive(Debug)]
pub(crate) struct NewFile {
    files: Arc<Files>,
    part: Part,
    key: Key,
    pen: FilePen,
    is_named: bool,
}

impl NewFile {
    pub(crate) fn begin(files: &Arc<Files>, part: Part, key: Key) -> Result<Self> {
        let (folder, name) = (files.folder(part), unfinished(&key.to_string()));
        let pen = FilePen::at(HEAD as u64, folder.create(&name)?, folder.place(&name));
        Ok(Self { files: Arc::clone(files), part, key, pen, is_named: false })
    }

    pub(crate) fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.pen.put(bytes)
    }

    pub(crate) fn put_head(&mut self, head: &[u8; HEAD]) -> Result<()> {
        self.pen.put_head(head)
    }

    pub(crate) fn length(&self) -> u64 {
        self.pen.end()
    }

    pub(crate) fn sync(&self) -> Result<()> {
        sync(&**self.pen.file(), self.pen.place())
    }

    /// Gives it its name. Its bytes are durable before, the name is not yet afterwards.
    pub(crate) fn name(mut self) -> Result<()> {
        let key = self.key.to_string();
        self.files.folder(self.part).rename(&unfinished(&key), &key)?;
        self.is_named = true;
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_named {
            self.files.folder(self.part).discard(&unfinished(&self.key.to_string()));
        }
    }
}

/// Makes what is in a file durable. After a failure the file is not trusted any more (G11).
pub(crate) fn sync(file: &dyn DiskFile, place: &str) -> Result<()> {
    file.sync().map_err(|error| failed("sync", place, error))
}
