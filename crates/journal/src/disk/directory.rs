//! The two faces of the seam: a directory, and a file in it.

use std::any::Any;
use std::fmt::Debug;
use std::io;
use std::ops::Range;
use std::sync::Arc;

/// A directory. Whoever opens it by its path has it created, and made durable in its parent, before;
/// names are plain file names without any separator. A *folder* is a directory in a directory.
///
/// # What is durable when
///
/// A *name* (made, changed, removed or linked, of a file or a folder) when a [`sync`](Self::sync) of the
/// directory that it is in succeeded that began afterwards. What is *in* a file when a
/// [`DiskFile::sync`] of it succeeded that began afterwards. Neither implies the other: a name may
/// outlive a power cut whose bytes were not synced, in any state, and bytes that were synced are lost
/// with a name that was not. What is in a folder is reached by the folder's own name, which is
/// one of the directory around it. That a name is *there* does not say that it is durable: whoever was
/// killed may have left it. An error of a change of a name leaves it open whether it was made.
///
/// The calls from [`create_unnamed`](Self::create_unnamed) on are not possible everywhere. Each
/// has a body that says so, and the journal needs none of them.
pub trait Directory: Debug + Send + Sync + 'static {
    /// The names in it, in no order, those of folders included.
    fn list(&self) -> io::Result<Vec<String>>;

    /// Makes a new empty file for reading and writing. It is an error if the name is taken.
    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>>;

    /// Opens a file. One that is not opened `to_write` is never changed.
    fn open(&self, name: &str, to_write: bool) -> io::Result<Arc<dyn DiskFile>>;

    /// Gives a file another name, and replaces the file that had that name. Open files stay open.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes the name of a file. Whoever has it open keeps it; its room is free when nobody has.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Makes every name that was created, changed or removed before durable.
    fn sync(&self) -> io::Result<()>;

    /// Becomes the only owner (G14), until what is returned is dropped or the process ends.
    fn lock(&self, name: &str) -> forebay_store::Result<Box<dyn Debug + Send + Sync>>;

    /// Where it is, for messages.
    fn describe(&self) -> String;

    /// Makes a new empty file for reading and writing that has no name and is gone, with its room, when
    /// the last who has it open drops it, when the process ends, however it ends, and when the power
    /// fails; unless it was [linked](Self::link) before. `None` where no such file can be had: then
    /// it is [created](Self::create) and its name [removed](Self::remove), and it cannot be linked.
    fn create_unnamed(&self) -> io::Result<Option<Arc<dyn DiskFile>>> {
        Ok(None)
    }

    /// Gives an open file of any directory a name in this one: its first, or one more. It is an error if
    /// the name is taken. Both names are then the same file, which stays as long as it has one of them.
    ///
    /// `false`, and nothing happened, if that is not possible: the file is on another file system or is
    /// none of this disk, its last name was removed, or there are no links here. A copy always is.
    ///
    /// The name is durable as any other. Linked before it was synced, a file may outlive a power cut
    /// with any part of its bytes, so its sync comes first. After an error it may have the name.
    ///
    /// ```
    /// use forebay_journal::disk::Directory;
    /// use forebay_journal::disk::simulated::SimulatedDisk;
    ///
    /// let disk = SimulatedDisk::new(1);
    /// let directory = disk.directory("a");
    /// let file = directory.create_unnamed()?.ok_or(std::io::ErrorKind::Unsupported)?;
    /// assert_eq!(file.write_at(b"whole", 0)?, 5);
    /// file.sync()?; // The bytes,
    /// assert!(directory.link(&file, "kept")?);
    /// directory.sync()?; // and then the name.
    /// disk.power_cut();
    /// assert_eq!(disk.read_live("a", "kept").unwrap(), b"whole");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    fn link(&self, _file: &Arc<dyn DiskFile>, _name: &str) -> io::Result<bool> {
        Ok(false)
    }

    /// Opens a folder, which is made if need be. A new one is durable when this directory was synced, and
    /// until then all that is in it may go with it.
    fn folder(&self, _name: &str) -> io::Result<Arc<dyn Directory>> {
        not_here()
    }

    /// Opens a folder that must be there already. Nothing is changed.
    fn existing_folder(&self, _name: &str) -> io::Result<Arc<dyn Directory>> {
        not_here()
    }

    /// The names in it that are folders, in no order.
    fn folders(&self) -> io::Result<Vec<String>> {
        not_here()
    }

    /// The names in it that are plain files, in no order: opening one of them never waits for anybody. Names that
    /// are no text are left out.
    fn plain_files(&self) -> io::Result<Vec<String>> {
        let folders = self.folders()?;
        let mut names = self.list()?;
        names.retain(|name| !folders.contains(name));
        Ok(names)
    }

    /// Gives a folder another name. It is an error if something has that name, unless that is an empty
    /// folder, which may be replaced. Files in it stay open and locks stay taken; whoever has the folder
    /// itself open opens it again.
    fn rename_folder(&self, _from: &str, _to: &str) -> io::Result<()> {
        not_here()
    }

    /// Removes an empty folder; one that is not empty is an error.
    fn remove_folder(&self, _name: &str) -> io::Result<()> {
        not_here()
    }

    /// Makes durable whatever was written on the whole file system before, by anybody, and every name. It
    /// may take as long as others have much to write. An error says what a failed sync of each file and
    /// each directory would say.
    fn sync_file_system(&self) -> io::Result<()> {
        not_here()
    }

    /// How many bytes may still be written on its file system, as far as anybody can say. Others may
    /// take them at any time. `None` if it cannot be known.
    fn free_bytes(&self) -> io::Result<Option<u64>> {
        Ok(None)
    }

    /// How many files this process may have open at once, sockets and all others included. `None` if
    /// there is no bound, or if it cannot be known. Beyond it, opening is an error of which
    /// [`are_files_used_up`](super::are_files_used_up) says `true`.
    fn open_files_max(&self) -> Option<u64> {
        None
    }
}

fn not_here<T>() -> io::Result<T> {
    Err(io::ErrorKind::Unsupported.into())
}

/// An open file. Calls may come from several threads. It can be looked at as [`Any`], so that
/// [`Directory::link`] knows its own files.
pub trait DiskFile: Any + Debug + Send + Sync {
    /// Reads at `offset` and says how many bytes there were; fewer than asked for is no error,
    /// and 0 is the end.
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Hands bytes to the operating system and says how many it took. After an error nobody knows
    /// how many.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize>;

    /// Writes zeros to the first `length` bytes, whole blocks of a file that nobody else writes to, and keeps
    /// no copies of them in memory. They are not [durable](Self::sync) by that. `false` if that is not
    /// possible here: then [`write_at`](Self::write_at) has to write all of them. After an error nobody knows
    /// what is there. `give_way` is called before each piece, and returns when it may be written: others want
    /// the device, too.
    fn fill(&self, _length: u64, _give_way: &dyn Fn()) -> io::Result<bool> {
        Ok(false)
    }

    /// Another way to write, which is cheaper for small pieces: for the one who writes to the file, who
    /// keeps it. `None` if there is none. Every block of the file must be there.
    fn pages(&self) -> Option<Box<dyn Pages>> {
        None
    }

    /// Makes every byte that was written before durable, and the length. After an error the
    /// bytes are lost to the device for good, though reads may still show them: a later sync
    /// that succeeds says nothing about them (G11).
    fn sync(&self) -> io::Result<()>;

    /// Says that it will be read from its beginning to its end, so that more of it is read ahead.
    fn will_be_read(&self) {}

    /// Says that nothing before `end` is needed soon: whoever keeps copies may forget them, and use
    /// their memory for what is read next.
    fn was_read(&self, _end: u64) {}

    /// Says that these bytes were written and are synced soon: whoever keeps them may begin to hand them to
    /// the device, so that the [`sync`](Self::sync) has less to wait for. It makes nothing durable, and what
    /// goes wrong meanwhile is said by that sync.
    fn will_be_synced(&self, _bytes: Range<u64>) {}

    /// The length in bytes.
    fn len(&self) -> io::Result<u64>;

    /// Whether there is nothing in it.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
}

/// The pages of a file in memory: a copy into them is with the operating system.
pub trait Pages: Debug + Send {
    /// Copies bytes into blocks that were written before. `false` if that is not possible here: then
    /// nothing is written, and [`DiskFile::write_at`] has to do it.
    fn write(&mut self, bytes: &[u8], offset: u64) -> bool;
}
