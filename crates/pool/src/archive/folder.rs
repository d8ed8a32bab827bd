//! A folder of an archive, and what of its names is durable.

use std::fmt;
use std::io;
use std::sync::Arc;

use forebay_journal::disk::{Directory, DiskFile, are_files_used_up};
use forebay_store::sync::{Condvar, Mutex};
use forebay_store::{Error, ErrorKind, Result};

use super::bytes::OpenFile;
use super::failure::failed;
use super::root::Root;

/// A folder of an archive. It knows which changes of its names are durable: that a name is there does
/// not say so.
pub(crate) struct Folder {
    root: Arc<Root>,
    directory: Arc<dyn Directory>,
    place: String,
    /// Its name in the archive, if an owner may put another folder in its place at any time.
    name: Option<&'static str>,
    names: Mutex<Names>,
    synced: Condvar,
}

/// Changes of names, counted.
#[derive(Default)]
struct Names {
    /// Changes that were made, or may have been.
    changed: u64,
    /// So many of them are durable.
    durable: u64,
    is_syncing: bool,
    /// A sync has failed: nobody can say any more what is durable.
    failed: Option<Error>,
}

/// What became of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Linked {
    /// The file has the name.
    Here,
    /// Something has the name already.
    Taken,
    /// It cannot be linked. Nothing happened.
    Impossible,
}

impl Folder {
    /// What is in it may be there without being durable.
    pub(crate) fn of(root: &Arc<Root>, directory: Arc<dyn Directory>) -> Self {
        let names = Mutex::new(Names { changed: 1, ..Names::default() });
        let (root, place) = (Arc::clone(root), directory.describe());
        Self { root, directory, place, name: None, names, synced: Condvar::new() }
    }

    /// It is only read, and its owner may put another folder in its place at any time.
    pub(crate) fn may_be_away(&mut self, name: &'static str) {
        self.name = Some(name);
    }

    /// Where a file in it is, for messages.
    pub(crate) fn place(&self, name: &str) -> String {
        format!("{}/{name}", self.place)
    }

    pub(crate) fn list(&self) -> Result<Vec<String>> {
        self.directory.list().map_err(|error| failed("list", &self.place, error))
    }

    /// Those that are plain files: whatever else is there, opening one of them never waits for anybody.
    pub(crate) fn plain_files(&self) -> Result<Vec<String>> {
        self.directory.plain_files().map_err(|error| failed("list", &self.place, error))
    }

    /// Opens a file to read, if it is there.
    pub(crate) fn open(&self, name: &str) -> Result<Option<OpenFile>> {
        let mut opened = self.directory.open(name, false);
        if self.name.is_some() && is_not_there(&opened) {
            self.check_there()?;
            // It may have come back in between.
            opened = self.directory.open(name, false);
        }
        match opened {
            Ok(file) => OpenFile::of(file, self.place(name)).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("open", &self.place(name), error)),
        }
    }

    /// Refuses if the folder itself is not there, because its owner is putting another one in its place: that a
    /// name is not in it says nothing then.
    pub(crate) fn check_there(&self) -> Result<()> {
        let Some(name) = self.name else { return Ok(()) };
        let there = self.root.directory().existing_folder(name);
        there.map(drop).map_err(|error| failed("open", &self.place, error))
    }

    /// Makes a new file under a name that is for the time of writing. What somebody who failed has left
    /// there is removed.
    pub(crate) fn create(&self, name: &str) -> Result<Arc<dyn DiskFile>> {
        let made = match self.directory.create(name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let removed = self.directory.remove(name);
                removed.and_then(|()| self.directory.create(name))
            }
            made => made,
        };
        made.map_err(|error| failed("create", &self.place(name), error))
    }

    /// Removes a name that was for the time of writing. If that fails, the next opening does it.
    pub(crate) fn discard(&self, name: &str) {
        let _ = self.directory.remove(name);
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<()> {
        let renamed = self.change(|directory| directory.rename(from, to));
        renamed.map_err(|error| failed("rename", &self.place(from), error))
    }

    /// Removes a name. `false`: it was not there.
    pub(crate) fn remove(&self, name: &str) -> Result<bool> {
        match self.change(|directory| directory.remove(name)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(failed("remove", &self.place(name), error)),
        }
    }

    /// Gives an open file, whose bytes are durable, a name in here.
    pub(crate) fn link(&self, file: &Arc<dyn DiskFile>, name: &str) -> Result<Linked> {
        match self.change(|directory| directory.link(file, name)) {
            Ok(true) => Ok(Linked::Here),
            Ok(false) => Ok(Linked::Impossible),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Linked::Taken),
            Err(error) => Err(failed("link", &self.place(name), error)),
        }
    }

    fn change<T>(&self, change: impl FnOnce(&dyn Directory) -> io::Result<T>) -> io::Result<T> {
        let changed = change(&*self.directory);
        // Counted afterwards, so that a sync that has begun before does not cover it. Who else looks for that
        // name waits until it is counted: it is claimed. An error leaves it open whether it was made.
        self.names.lock().changed += 1;
        changed
    }

    /// Makes every name durable that was there before. Those who come meanwhile share the next sync.
    pub(crate) fn make_durable(&self) -> Result<()> {
        let mut names = self.names.lock();
        let wanted = names.changed;
        loop {
            if let Some(error) = &names.failed {
                return Err(error.clone());
            }
            if names.durable >= wanted {
                return Ok(());
            }
            if names.is_syncing {
                names = self.synced.wait(names);
                continue;
            }
            names.is_syncing = true;
            let covered = names.changed;
            drop(names);
            let synced = self.directory.sync();
            // Without a free file it was not even tried: nothing is in doubt, and it can be tried again.
            let is_tried = !synced.as_ref().is_err_and(are_files_used_up);
            if is_tried && synced.is_err() {
                self.root.raise_doubt();
            }
            names = self.names.lock();
            names.is_syncing = false;
            self.synced.notify_all();
            match synced {
                Ok(()) => names.durable = names.durable.max(covered),
                Err(error) if is_tried => names.failed = Some(unknown(&self.place, error)),
                Err(error) => return Err(failed("sync the names in", &self.place, error)),
            }
        }
    }

    /// How often names were changed in it by this process: what was read before has changed since only if this has.
    pub(crate) fn changes(&self) -> u64 {
        self.names.lock().changed
    }

    /// Makes durable what anybody may have changed behind our back, too.
    pub(crate) fn make_all_durable(&self) -> Result<()> {
        self.names.lock().changed += 1;
        self.make_durable()
    }

    /// Refuses every change from now on.
    pub(crate) fn distrust(&self, error: &Error) {
        self.names.lock().failed.get_or_insert_with(|| error.clone());
    }

    /// Refuses if nobody can say what is durable.
    pub(crate) fn check(&self) -> Result<()> {
        let failed = self.names.lock().failed.clone();
        match failed {
            None => Ok(()),
            Some(error) => {
                self.root.has_marks();
                let message = format!("{}: a sync has failed; open the archive anew", self.place);
                Err(Error::unavailable(message).with_source(error))
            }
        }
    }
}

fn is_not_there<T>(opened: &io::Result<T>) -> bool {
    opened.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

#[cold]
fn unknown(place: &str, error: io::Error) -> Error {
    let message = format!("sync the names in {place}: nobody can say which are durable");
    Error::new(ErrorKind::Unknown, message).with_source(error)
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Folder").field(&self.place).finish()
    }
}
