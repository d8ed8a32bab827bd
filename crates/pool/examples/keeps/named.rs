//! A directory of a system on which every file has a name.

use std::fmt::Debug;
use std::io;
use std::sync::Arc;

use forebay_journal::disk::{Directory, DiskFile};

/// A directory of a system on which every file has a name: each call but the one that makes files without.
#[derive(Debug)]
pub(crate) struct Named(Arc<dyn Directory>);

impl Named {
    pub(crate) fn of(real: Arc<dyn Directory>) -> Arc<dyn Directory> {
        Arc::new(Self(real))
    }
}

impl Directory for Named {
    fn list(&self) -> io::Result<Vec<String>> {
        self.0.list()
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        self.0.create(name)
    }

    fn open(&self, name: &str, to_write: bool) -> io::Result<Arc<dyn DiskFile>> {
        self.0.open(name, to_write)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.0.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.0.remove(name)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync()
    }

    fn lock(&self, name: &str) -> forebay_store::Result<Box<dyn Debug + Send + Sync>> {
        self.0.lock(name)
    }

    fn describe(&self) -> String {
        self.0.describe()
    }

    fn link(&self, file: &Arc<dyn DiskFile>, name: &str) -> io::Result<bool> {
        self.0.link(file, name)
    }

    fn folder(&self, name: &str) -> io::Result<Arc<dyn Directory>> {
        self.0.folder(name).map(Self::of)
    }

    fn existing_folder(&self, name: &str) -> io::Result<Arc<dyn Directory>> {
        self.0.existing_folder(name).map(Self::of)
    }

    fn folders(&self) -> io::Result<Vec<String>> {
        self.0.folders()
    }

    fn rename_folder(&self, from: &str, to: &str) -> io::Result<()> {
        self.0.rename_folder(from, to)
    }

    fn remove_folder(&self, name: &str) -> io::Result<()> {
        self.0.remove_folder(name)
    }

    fn sync_file_system(&self) -> io::Result<()> {
        self.0.sync_file_system()
    }

    fn free_bytes(&self) -> io::Result<Option<u64>> {
        self.0.free_bytes()
    }

    fn open_files_max(&self) -> Option<u64> {
        self.0.open_files_max()
    }
}
