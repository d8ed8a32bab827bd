//! What a process has in a spill directory while it lives.

use std::io;
use std::sync::Arc;

use forebay_journal::disk::{Directory, DiskFile};
use forebay_store::seam::Random;
use forebay_store::{Error, Result, Seams};

use super::door::{self, Lock};
use super::failure::{failed, is_gone};
use super::names::{self, LOCK};
use super::{marker, sweep};

/// What a process has in a spill directory while it lives: a folder with a lock in it. Dropped, it
/// leaves nothing.
#[derive(Debug)]
pub(super) struct Session {
    root: Arc<dyn Directory>,
    name: String,
    folder: Arc<dyn Directory>,
    lock: Option<Lock>,
    random: Arc<dyn Random>,
}

impl Session {
    /// Begins a session, and puts those of the dead aside. An empty directory is marked first.
    pub(super) fn begin(root: &Arc<dyn Directory>, seams: &Seams) -> Result<Self> {
        // A directory of others must not even get a door.
        marker::is_there(&**root)?;
        let door = door::enter(&**root, &*seams.clock)?;
        if !marker::is_there(&**root)? {
            marker::make(&**root)?;
        }
        sweep::put_aside(&**root, &*seams.random)?;
        let session = Self::make(root, Arc::clone(&seams.random));
        drop(door);
        session
    }

    fn make(root: &Arc<dyn Directory>, random: Arc<dyn Random>) -> Result<Self> {
        let taken = root.list().map_err(|error| failed("list", &root.describe(), error))?;
        let mut names = (0..8).map(|_| names::session(&*random));
        let name = names.find(|name| !taken.contains(name));
        let name = name.ok_or_else(|| Error::unavailable("the numbers are not random"))?;
        let place = format!("{}/{name}", root.describe());
        let folder = root.folder(&name).map_err(|error| failed("make", &place, error))?;
        let (root, lock) = (Arc::clone(root), None);
        let mut session = Self { root, name, folder, lock, random };
        session.lock = Some(session.folder.lock(LOCK)?);
        Ok(session)
    }

    /// Makes a file that has no name. `true`: it never had one, and can get one.
    pub(super) fn create(&self) -> io::Result<(Arc<dyn DiskFile>, bool)> {
        if let Some(file) = self.folder.create_unnamed()? {
            return Ok((file, true));
        }
        let name = names::file(&*self.random);
        let file = self.folder.create(&name)?;
        match self.folder.remove(&name) {
            Err(error) if !is_gone(&error) => Err(error),
            _ => Ok((file, false)),
        }
    }

    pub(super) fn describe(&self) -> String {
        format!("{}/{}", self.root.describe(), self.name)
    }
}

impl Drop for Session {
    /// Behind the door, unless somebody else is there: then he may put this session aside while it goes,
    /// and each finds some of it gone.
    fn drop(&mut self) {
        let door = self.root.lock(names::DOOR);
        let names = self.folder.list().unwrap_or_default();
        for name in names.iter().filter(|name| names::is_file(name)) {
            let _ = self.folder.remove(name);
        }
        self.lock = None;
        let _ = self.folder.remove(LOCK);
        let _ = self.root.remove_folder(&self.name);
        drop(door);
    }
}
