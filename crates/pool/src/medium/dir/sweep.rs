//! Removes what dead processes have left.

use std::collections::BTreeSet;

use forebay_journal::disk::Directory;
use forebay_store::Result;
use forebay_store::seam::Random;

use super::failure::{failed, is_gone};
use super::names::{self, LOCK};

/// What was removed of processes that died, and what was not, because it is none of theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Sessions that are gone.
    pub sessions: u64,
    /// Files that were in them.
    pub files: u64,
    /// The bytes of those files.
    pub bytes: u64,
    /// What was in them and is not ours, by path. It stays, and so does the folder that it is in.
    pub strangers: Vec<String>,
    /// Sessions that could not be removed; the next start tries again.
    pub failed: u64,
}

impl Swept {
    pub(super) fn add(&mut self, more: Self) {
        self.sessions += more.sessions;
        self.files += more.files;
        self.bytes = self.bytes.saturating_add(more.bytes);
        self.strangers.extend(more.strangers);
        self.failed += more.failed;
    }
}

/// Gives each session that nobody has the lock of the name of a dead one. Call it behind the door: who
/// makes a session is there, too, so each that is seen has its lock if its process lives.
pub(super) fn put_aside(root: &dyn Directory, random: &dyn Random) -> Result<()> {
    let folders = root.folders().map_err(|error| failed("list", &root.describe(), error))?;
    for name in folders.iter().filter(|name| names::is_session(name)) {
        let Ok(folder) = root.existing_folder(name) else { continue };
        // Whoever cannot be shown to be dead is left alone.
        let Ok(lock) = folder.lock(LOCK) else { continue };
        // One that cannot be put aside is one for the next start.
        let _ = root.rename_folder(name, &names::dead(random));
        drop(lock);
    }
    Ok(())
}

/// Removes the sessions that were put aside. Others may be doing the same at the same time.
pub(super) fn remove_dead(root: &dyn Directory) -> Swept {
    let mut swept = Swept::default();
    let folders = root.folders().unwrap_or_default();
    for name in folders.iter().filter(|name| names::is_dead(name)) {
        remove(root, name, &mut swept);
    }
    swept
}

fn remove(root: &dyn Directory, name: &str, swept: &mut Swept) {
    let Ok(folder) = root.existing_folder(name) else { return };
    let folders: BTreeSet<_> = folder.folders().unwrap_or_default().into_iter().collect();
    let strangers = swept.strangers.len();
    for file in folder.list().unwrap_or_default() {
        let is_ours = (file == LOCK || names::is_file(&file)) && !folders.contains(&file);
        if !is_ours {
            swept.strangers.push(format!("{}/{file}", folder.describe()));
            continue;
        }
        // Of what cannot be opened nobody knows it.
        let length = folder.open(&file, false).and_then(|file| file.len());
        if folder.remove(&file).is_ok() {
            swept.files += 1;
            swept.bytes = swept.bytes.saturating_add(length.unwrap_or(0));
        }
    }
    if strangers < swept.strangers.len() {
        return;
    }
    match root.remove_folder(name) {
        Ok(()) => swept.sessions += 1,
        Err(error) if is_gone(&error) => {}
        Err(_) => swept.failed += 1,
    }
}
