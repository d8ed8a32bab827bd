//! A directory of an etchdb in memory, which nobody can write to.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io;
use std::sync::Arc;

use forebay_journal::disk::{Directory, DiskFile};

/// Files by their names.
#[derive(Clone, Debug, Default)]
pub(super) struct Folder(pub(super) BTreeMap<String, Arc<Vec<u8>>>);

impl Folder {
    /// The bytes of a file, to be changed.
    pub(super) fn bytes(&mut self, name: &str) -> &mut Vec<u8> {
        Arc::make_mut(self.0.get_mut(name).unwrap())
    }
}

#[derive(Debug)]
struct Bytes(Arc<Vec<u8>>);

fn never<T>() -> io::Result<T> {
    Err(io::Error::other("an import writes nothing"))
}

impl Directory for Folder {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.0.keys().cloned().collect())
    }

    fn create(&self, _: &str) -> io::Result<Arc<dyn DiskFile>> {
        never()
    }

    fn open(&self, name: &str, to_write: bool) -> io::Result<Arc<dyn DiskFile>> {
        match self.0.get(name) {
            Some(bytes) if !to_write => Ok(Arc::new(Bytes(Arc::clone(bytes)))),
            _ => never(),
        }
    }

    fn rename(&self, _: &str, _: &str) -> io::Result<()> {
        never()
    }

    fn remove(&self, _: &str) -> io::Result<()> {
        never()
    }

    fn sync(&self) -> io::Result<()> {
        never()
    }

    fn lock(&self, _: &str) -> forebay_store::Result<Box<dyn Debug + Send + Sync>> {
        Err(forebay_store::Error::unsupported("an import locks nothing here"))
    }

    fn describe(&self) -> String {
        "a folder in memory".to_owned()
    }
}

impl DiskFile for Bytes {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = self.0.get(usize::try_from(offset).unwrap()..).unwrap_or_default();
        let count = rest.len().min(bytes.len());
        bytes[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn write_at(&self, _: &[u8], _: u64) -> io::Result<usize> {
        never()
    }

    fn sync(&self) -> io::Result<()> {
        never()
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.0.len() as u64)
    }
}
