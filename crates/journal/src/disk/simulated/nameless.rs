//! Files without a name, and the names that they get.

use std::io;

use super::names::FileNumber;
use super::state::State;
use crate::disk::open_files::OF_PROCESS;

impl State {
    /// Makes a new empty file without a name, if this disk has such.
    pub(super) fn create_unnamed(&mut self, directory: &str) -> io::Result<Option<FileNumber>> {
        self.names(directory)?;
        if self.habits.no_unnamed {
            return Ok(None);
        }
        self.check_open_files()?;
        let file = self.number();
        self.contents(file);
        self.nameless.insert(file);
        Ok(Some(file))
    }

    /// Gives a file a name, or one more, if that is possible.
    pub(super) fn link(
        &mut self,
        file: FileNumber,
        directory: &str,
        name: &str,
    ) -> io::Result<bool> {
        let mut live = self.directories.values().flat_map(|names| names.live().values());
        let has_name = live.any(|other| *other == file);
        if self.habits.no_links || !(has_name || self.nameless.contains(&file)) {
            return Ok(false);
        }
        let number = self.number();
        self.names(directory)?.create(name, file, number)?;
        self.nameless.remove(&file);
        Ok(true)
    }

    /// A process may have so many files open, and not one more.
    pub(super) fn check_open_files(&self) -> io::Result<()> {
        let open: usize = self.open.values().sum();
        match self.habits.open_files_max {
            Some(most) if open as u64 >= most => Err(io::Error::from_raw_os_error(OF_PROCESS)),
            _ => Ok(()),
        }
    }
}
