//! A directory of a simulated disk, as one process has it open.

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
    pub(super) name: String,
    pub(super) process: u64,
}

impl Directory for SimulatedDirectory {
    fn list(&self) -> io::Result<Vec<String>> {
        let (mut state, turn) = self.disk.begin(Call::List, self.process)?;
        state.carry_out(turn, |state| {
            let mut names: Vec<_> = state.names(&self.name).live().keys().cloned().collect();
            // Nobody may rely on an order.
            state.dice.shuffle(&mut names);
            Ok(names)
        })
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        let (mut state, turn) = self.disk.begin(Call::Create, self.process)?;
        let file = state.carry_out(turn, |state| state.create(&self.name, name))?;
        Ok(SimulatedFile::open(&self.disk, &mut state, file, true))
    }

    fn open(&self, name: &str, to_write: bool) -> io::Result<Arc<dyn DiskFile>> {
        let (mut state, turn) = self.disk.begin(Call::Open, self.process)?;
        let file = state.carry_out(turn, |state| state.names(&self.name).find(name))?;
        Ok(SimulatedFile::open(&self.disk, &mut state, file, to_write))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (mut state, turn) = self.disk.begin(Call::Rename, self.process)?;
        state.carry_out(turn, |state| {
            check_name(to)?;
            let number = state.number();
            state.names(&self.name).rename(from, to, number)
        })
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let (mut state, turn) = self.disk.begin(Call::Remove, self.process)?;
        state.carry_out(turn, |state| {
            let number = state.number();
            state.names(&self.name).remove(name, number)
        })
    }

    fn sync(&self) -> io::Result<()> {
        // It covers what is there when it begins, not what comes while it runs.
        let until = self.disk.lock().numbers;
        let (mut state, turn) = self.disk.begin(Call::SyncDirectory, self.process)?;
        match turn {
            Turn::Fault(Fault::Lie) => Ok(()),
            Turn::Fault(fault) if fault != Fault::ErrorAfter => {
                let State { directories, dice, .. } = &mut *state;
                directories.entry(self.name.clone()).or_default().fail(until, dice);
                Err(fault.error())
            }
            turn => state.carry_out(turn, |state| {
                state.names(&self.name).settle(until);
                state.let_go();
                Ok(())
            }),
        }
    }

    fn lock(&self, name: &str) -> forebay_store::Result<Box<dyn Debug + Send + Sync>> {
        let failed = |error: io::Error| {
            Error::unavailable(format!("lock {}/{name}", self.name)).with_source(error)
        };
        let (mut state, turn) = self.disk.begin(Call::Lock, self.process).map_err(failed)?;
        state.carry_out(turn, |_| Ok(())).map_err(failed)?;
        Ok(Box::new(Lock::take(&self.disk, &mut state, &self.name, name)?))
    }

    fn describe(&self) -> String {
        format!("simulated disk, directory {}", self.name)
    }
}

impl State {
    /// Makes a new empty file with `name`.
    pub(super) fn create(&mut self, directory: &str, name: &str) -> io::Result<FileNumber> {
        check_name(name)?;
        let (file, number) = (self.number(), self.number());
        self.names(directory).create(name, file, number)?;
        self.contents(file);
        Ok(file)
    }
}

fn check_name(name: &str) -> io::Result<()> {
    let is_plain = !matches!(name, "" | "." | "..") && !name.contains(['/', '\\', '\0']);
    if is_plain { Ok(()) } else { Err(io::ErrorKind::InvalidInput.into()) }
}
