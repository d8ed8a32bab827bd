//! A directory of a simulated disk, as one process has it open.

use std::any::Any;
use std::fmt::Debug;
use std::io;
use std::sync::Arc;

use forebay_store::Error;

use super::faults::{Call, Fault};
use super::file::SimulatedFile;
use super::lock::Lock;
use super::names::FileNumber;
use super::state::{Shared, State, Turn};
use crate::disk::{Directory, DiskFile};

#[derive(Debug)]
pub(super) struct SimulatedDirectory {
    pub(super) disk: Arc<Shared>,
    pub(super) path: String,
    pub(super) process: u64,
}

impl Directory for SimulatedDirectory {
    fn list(&self) -> io::Result<Vec<String>> {
        let (mut state, turn) = self.disk.begin(Call::List, self.process)?;
        state.carry_out(turn, |state| {
            let mut names: Vec<_> = state.names(&self.path)?.live().keys().cloned().collect();
            // Nobody may rely on an order.
            state.dice.shuffle(&mut names);
            Ok(names)
        })
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        let (mut state, turn) = self.disk.begin(Call::Create, self.process)?;
        let file = state.carry_out(turn, |state| {
            state.check_open_files()?;
            state.create(&self.path, name)
        })?;
        Ok(SimulatedFile::open(&self.disk, &mut state, file, true))
    }

    fn open(&self, name: &str, to_write: bool) -> io::Result<Arc<dyn DiskFile>> {
        let (mut state, turn) = self.disk.begin(Call::Open, self.process)?;
        let file = state.carry_out(turn, |state| {
            let file = state.find(&self.path, name)?;
            state.check_open_files()?;
            Ok(file)
        })?;
        Ok(SimulatedFile::open(&self.disk, &mut state, file, to_write))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (mut state, turn) = self.disk.begin(Call::Rename, self.process)?;
        state.carry_out(turn, |state| {
            check_name(to)?;
            state.find(&self.path, from)?;
            if state.names(&self.path)?.live().contains_key(to) {
                state.find(&self.path, to)?;
            }
            let number = state.number();
            state.names(&self.path)?.rename(from, to, number)
        })
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let (mut state, turn) = self.disk.begin(Call::Remove, self.process)?;
        state.carry_out(turn, |state| {
            state.find(&self.path, name)?;
            let number = state.number();
            state.names(&self.path)?.remove(name, number)
        })
    }

    fn sync(&self) -> io::Result<()> {
        // It covers what is there when it begins, not what comes while it runs.
        let until = self.disk.lock().numbers;
        let (mut state, turn) = self.disk.begin(Call::SyncDirectory, self.process)?;
        match turn {
            Turn::Fault(Fault::Lie) => Ok(()),
            Turn::Fault(fault) if fault != Fault::ErrorAfter => {
                state.fail_directory_sync(&self.path, until)?;
                Err(fault.error())
            }
            turn => state.carry_out(turn, |state| {
                state.names(&self.path)?.settle(until);
                state.let_go();
                Ok(())
            }),
        }
    }

    fn lock(&self, name: &str) -> forebay_store::Result<Box<dyn Debug + Send + Sync>> {
        let failed = |error: io::Error| {
            Error::unavailable(format!("lock {}/{name}", self.path)).with_source(error)
        };
        let (mut state, turn) = self.disk.begin(Call::Lock, self.process).map_err(failed)?;
        state.carry_out(turn, |_| Ok(())).map_err(failed)?;
        Ok(Box::new(Lock::take(&self.disk, &mut state, &self.path, name)?))
    }

    fn describe(&self) -> String {
        format!("simulated disk, directory {}", self.path)
    }

    fn create_unnamed(&self) -> io::Result<Option<Arc<dyn DiskFile>>> {
        let (mut state, turn) = self.disk.begin(Call::CreateUnnamed, self.process)?;
        let file = state.carry_out(turn, |state| state.create_unnamed(&self.path))?;
        Ok(file.map(|file| SimulatedFile::open(&self.disk, &mut state, file, true)))
    }

    fn link(&self, file: &Arc<dyn DiskFile>, name: &str) -> io::Result<bool> {
        let any: &dyn Any = &**file;
        let file = any.downcast_ref::<SimulatedFile>().filter(|file| file.is_on(&self.disk));
        let (mut state, turn) = self.disk.begin(Call::Link, self.process)?;
        state.carry_out(turn, |state| {
            check_name(name)?;
            let Some(file) = file else { return Ok(false) };
            state.link(file.number(state)?, &self.path, name)
        })
    }

    fn folder(&self, name: &str) -> io::Result<Arc<dyn Directory>> {
        let path = self.path_of(name);
        let found = self.disk.lock().home(&path);
        if !found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            return self.existing_folder(name);
        }
        let (mut state, turn) = self.disk.begin(Call::Create, self.process)?;
        state.carry_out(turn, |state| {
            check_name(name)?;
            state.make_folder(&self.path, name)
        })?;
        Ok(self.at(path))
    }

    fn existing_folder(&self, name: &str) -> io::Result<Arc<dyn Directory>> {
        let path = self.path_of(name);
        let (mut state, turn) = self.disk.begin(Call::Open, self.process)?;
        state.carry_out(turn, |state| state.home(&path))?;
        Ok(self.at(path))
    }

    fn folders(&self) -> io::Result<Vec<String>> {
        let (mut state, turn) = self.disk.begin(Call::List, self.process)?;
        state.carry_out(turn, |state| {
            let mut folders = state.folders(&self.path)?;
            state.dice.shuffle(&mut folders);
            Ok(folders)
        })
    }

    fn rename_folder(&self, from: &str, to: &str) -> io::Result<()> {
        let (mut state, turn) = self.disk.begin(Call::Rename, self.process)?;
        state.carry_out(turn, |state| {
            check_name(to)?;
            state.rename_folder(&self.path, from, to)
        })
    }

    fn remove_folder(&self, name: &str) -> io::Result<()> {
        let (mut state, turn) = self.disk.begin(Call::Remove, self.process)?;
        state.carry_out(turn, |state| state.remove_folder(&self.path, name))
    }

    fn sync_file_system(&self) -> io::Result<()> {
        // It covers what is there when it begins, not what comes while it runs.
        let until = self.disk.lock().numbers;
        let (mut state, turn) = self.disk.begin(Call::SyncFileSystem, self.process)?;
        match turn {
            Turn::Fault(Fault::Lie) => Ok(()),
            Turn::Fault(fault) if fault != Fault::ErrorAfter => {
                state.fail_file_system_sync(until);
                Err(fault.error())
            }
            turn => state.carry_out(turn, |state| {
                state.sync_file_system(until);
                Ok(())
            }),
        }
    }

    fn free_bytes(&self) -> io::Result<Option<u64>> {
        let (mut state, turn) = self.disk.begin(Call::FreeBytes, self.process)?;
        let is_known = state.room != u64::MAX;
        state.carry_out(turn, |state| Ok(is_known.then(|| state.free(None))))
    }

    fn open_files_max(&self) -> Option<u64> {
        self.disk.lock().habits.open_files_max
    }
}

impl SimulatedDirectory {
    fn path_of(&self, name: &str) -> String {
        format!("{}/{name}", self.path)
    }

    fn at(&self, path: String) -> Arc<dyn Directory> {
        Arc::new(Self { disk: Arc::clone(&self.disk), path, process: self.process })
    }
}

impl State {
    /// Makes a new empty file with `name`.
    pub(super) fn create(&mut self, directory: &str, name: &str) -> io::Result<FileNumber> {
        check_name(name)?;
        let (file, number) = (self.number(), self.number());
        self.names(directory)?.create(name, file, number)?;
        self.contents(file);
        Ok(file)
    }
}

fn check_name(name: &str) -> io::Result<()> {
    let is_plain = !matches!(name, "" | "." | "..") && !name.contains(['/', '\\', '\0']);
    if is_plain { Ok(()) } else { Err(io::ErrorKind::InvalidInput.into()) }
}
