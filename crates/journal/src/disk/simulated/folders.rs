//! Directories in directories.

use std::io;

use super::names::{FileNumber, Names};
use super::state::State;

/// Where a directory is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Home {
    /// By itself: it is there, and durable, since it was asked for first.
    Named(String),
    /// In another one, which has this number under a name of its own.
    Folder(FileNumber),
}

impl Home {
    pub(super) fn number(&self) -> Option<FileNumber> {
        match self {
            Self::Named(_) => None,
            Self::Folder(number) => Some(*number),
        }
    }
}

/// By path: names that are parted by `/`.
impl State {
    /// A directory that is there now.
    pub(super) fn home(&self, path: &str) -> io::Result<Home> {
        let named = Home::Named(path.to_owned());
        if self.directories.contains_key(&named) {
            return Ok(named);
        }
        let (around, name) = path.rsplit_once('/').ok_or(io::ErrorKind::NotFound)?;
        self.folder(around, name)
    }

    /// The folder that has `name` in a directory.
    fn folder(&self, directory: &str, name: &str) -> io::Result<Home> {
        let around = self.home(directory)?;
        let names = self.directories.get(&around).ok_or(io::ErrorKind::NotFound)?;
        let folder = Home::Folder(names.find(name)?);
        if self.directories.contains_key(&folder) {
            return Ok(folder);
        }
        Err(io::ErrorKind::NotADirectory.into())
    }

    /// What is in a directory that is there.
    pub(super) fn names(&mut self, path: &str) -> io::Result<&mut Names> {
        let home = self.home(path)?;
        self.directories.get_mut(&home).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// What is in a directory that is there by itself from now on.
    pub(super) fn named(&mut self, name: &str) -> &mut Names {
        self.directories.entry(Home::Named(name.to_owned())).or_default()
    }

    /// The file that has `name` in a directory.
    pub(super) fn find(&mut self, directory: &str, name: &str) -> io::Result<FileNumber> {
        let file = self.names(directory)?.find(name)?;
        if self.directories.contains_key(&Home::Folder(file)) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(file)
    }

    pub(super) fn make_folder(&mut self, directory: &str, name: &str) -> io::Result<()> {
        let (folder, number) = (self.number(), self.number());
        self.names(directory)?.create(name, folder, number)?;
        self.directories.insert(Home::Folder(folder), Names::default());
        Ok(())
    }

    /// The names in a directory that are folders.
    pub(super) fn folders(&mut self, directory: &str) -> io::Result<Vec<String>> {
        let names = self.names(directory)?.live().clone();
        let is_folder = |number: &FileNumber| {
            let home = Home::Folder(*number);
            self.directories.contains_key(&home)
        };
        Ok(names.into_iter().filter(|(_, at)| is_folder(at)).map(|(name, _)| name).collect())
    }

    pub(super) fn rename_folder(
        &mut self,
        directory: &str,
        from: &str,
        to: &str,
    ) -> io::Result<()> {
        self.folder(directory, from)?;
        if from != to && self.names(directory)?.live().contains_key(to) {
            self.check_empty(directory, to)?;
        }
        let number = self.number();
        self.names(directory)?.rename(from, to, number)
    }

    pub(super) fn remove_folder(&mut self, directory: &str, name: &str) -> io::Result<()> {
        self.check_empty(directory, name)?;
        let number = self.number();
        self.names(directory)?.remove(name, number)
    }

    fn check_empty(&self, directory: &str, name: &str) -> io::Result<()> {
        let folder = self.folder(directory, name)?;
        let is_empty = self.directories.get(&folder).is_none_or(|names| names.live().is_empty());
        if is_empty { Ok(()) } else { Err(io::ErrorKind::DirectoryNotEmpty.into()) }
    }
}
