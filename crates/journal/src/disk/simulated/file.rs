//! A file of a simulated disk, as one process has it open.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::ending::too_late;
use super::faults::{Call, Fault};
use super::names::{FileNumber, Names};
use super::state::{Shared, State, Turn};
use crate::disk::DiskFile;

/// No file system has longer files.
const LONGEST: u64 = i64::MAX as u64;

#[derive(Debug)]
pub(super) struct SimulatedFile {
    disk: Arc<Shared>,
    file: FileNumber,
    to_write: bool,
    process: u64,
}

impl SimulatedFile {
    pub(super) fn open(
        disk: &Arc<Shared>,
        state: &mut State,
        file: FileNumber,
        to_write: bool,
    ) -> Arc<dyn DiskFile> {
        *state.open.entry(file).or_default() += 1;
        Arc::new(Self { disk: Arc::clone(disk), file, to_write, process: state.process })
    }
}

/// What a link has to know.
impl SimulatedFile {
    pub(super) fn is_on(&self, disk: &Arc<Shared>) -> bool {
        Arc::ptr_eq(&self.disk, disk)
    }

    /// Its number, if it was opened by the process that lives.
    pub(super) fn number(&self, state: &State) -> io::Result<FileNumber> {
        if self.process == state.process { Ok(self.file) } else { Err(too_late()) }
    }
}

impl Drop for SimulatedFile {
    fn drop(&mut self) {
        let mut state = self.disk.lock();
        if state.process != self.process {
            return;
        }
        if let Some(count) = state.open.get_mut(&self.file) {
            *count -= 1;
            if *count == 0 {
                state.open.remove(&self.file);
                if state.nameless.remove(&self.file) {
                    state.files.remove(&self.file);
                }
            }
        }
    }
}

impl DiskFile for SimulatedFile {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let (mut state, turn) = self.disk.begin(Call::Read, self.process)?;
        let there = state.contents(self.file).live().read(bytes, offset);
        match turn {
            Turn::Fault(Fault::Short) if there > 1 => Ok(1 + state.dice.below(there - 1)),
            Turn::Plain | Turn::Fault(Fault::Short) => Ok(there),
            Turn::Fault(Fault::Flip) => {
                state.dice.flip(&mut bytes[..there]);
                Ok(there)
            }
            Turn::Fault(fault) => Err(fault.error()),
            Turn::CutOff(ending) => Err(ending.error()),
        }
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let (mut state, turn) = self.disk.begin(Call::Write, self.process)?;
        if !self.to_write {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let end = offset.checked_add(bytes.len() as u64);
        if end.is_none_or(|end| end > LONGEST) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        state.write(turn, self.file, bytes, offset)
    }

    fn sync(&self) -> io::Result<()> {
        // It covers what is there when it begins, not what comes while it runs.
        let until = self.disk.lock().numbers;
        let (mut state, turn) = self.disk.begin(Call::Sync, self.process)?;
        match turn {
            Turn::Fault(Fault::Lie) => Ok(()),
            Turn::Fault(fault) if fault != Fault::ErrorAfter => {
                state.fail_sync(self.file, until);
                Err(fault.error())
            }
            turn => state.carry_out(turn, |state| {
                state.sync(self.file, until);
                Ok(())
            }),
        }
    }

    fn len(&self) -> io::Result<u64> {
        let (mut state, turn) = self.disk.begin(Call::Length, self.process)?;
        state.carry_out(turn, |state| Ok(state.contents(self.file).live().len()))
    }
}

impl State {
    fn write(
        &mut self,
        turn: Turn,
        file: FileNumber,
        bytes: &[u8],
        offset: u64,
    ) -> io::Result<usize> {
        let fitting = self.fitting(file, offset, bytes.len());
        let (part, said) = self.part(turn, bytes.len());
        let has_room = part.end <= fitting;
        let part = if has_room { part } else { 0..self.dice.up_to(fitting) };
        let mut taken = bytes[part.clone()].to_vec();
        if matches!(turn, Turn::Fault(Fault::Flip)) {
            self.dice.flip(&mut taken);
        }
        let number = self.number();
        self.contents(file).write(&taken, offset + part.start as u64, number);
        self.counts.bytes_written += taken.len() as u64;
        if said.is_ok() && !has_room { Err(Fault::Full.error()) } else { said }
    }

    /// Which part of a write of `count` bytes is applied, and what is said about it.
    fn part(&mut self, turn: Turn, count: usize) -> (Range<usize>, io::Result<usize>) {
        match turn {
            Turn::Plain | Turn::Fault(Fault::Flip) => (0..count, Ok(count)),
            Turn::Fault(Fault::Short) if count < 2 => (0..count, Ok(count)),
            Turn::Fault(Fault::Short) => {
                let taken = 1 + self.dice.below(count - 1);
                (0..taken, Ok(taken))
            }
            Turn::Fault(fault @ Fault::ErrorAfter) => (0..count, Err(fault.error())),
            Turn::Fault(fault) => {
                let end = self.dice.up_to(count);
                // Mostly a beginning.
                let start = if self.dice.chance(250) { self.dice.up_to(end) } else { 0 };
                (start..end, Err(fault.error()))
            }
            Turn::CutOff(ending) => (0..self.dice.up_to(count), Err(ending.error())),
        }
    }

    fn sync(&mut self, file: FileNumber, until: u64) {
        self.contents(file).settle(until);
        if self.habits.sync_keeps_names {
            self.directories.values_mut().for_each(|names: &mut Names| names.settle(until));
        }
    }

    fn fail_sync(&mut self, file: FileNumber, until: u64) {
        let contents = self.files.entry(file).or_default();
        contents.fail(until, &mut self.dice);
        if self.habits.failed_sync_forgets {
            contents.forget_clean();
        }
    }
}
