//! Directories that get another name.

use std::io;

use super::cut::Remains;
use super::disk::SimulatedDisk;
use super::faults::Call;
use super::folders::Home;
use super::state::State;

/// A directory that has another name now, which a power cut may take back.
#[derive(Clone, Debug)]
pub(super) struct Move {
    from: String,
    to: String,
}

impl SimulatedDisk {
    /// Gives a directory another name, durably: what had that name must be empty. It is two steps, the
    /// change of the name and the sync of the directory that both names are in; between them a power
    /// cut leaves the one name or the other. Whoever has the directory open opens it again.
    ///
    /// # Errors
    ///
    /// What goes wrong with a step; and if a file is where the directory would go.
    pub fn move_directory(&self, from: &str, to: &str) -> io::Result<()> {
        let process = self.shared().lock().process;
        {
            let (mut state, turn) = self.shared().begin(Call::Rename, process)?;
            state.carry_out(turn, |state| state.move_directory(from, to))?;
        }
        let (mut state, turn) = self.shared().begin(Call::SyncDirectory, process)?;
        state.carry_out(turn, |state| {
            state.moves.clear();
            Ok(())
        })
    }
}

impl State {
    fn move_directory(&mut self, from: &str, to: &str) -> io::Result<()> {
        if !self.named(to).live().is_empty() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        let names = self
            .directories
            .remove(&Home::Named(from.to_owned()))
            .ok_or(io::ErrorKind::NotFound)?;
        self.directories.insert(Home::Named(to.to_owned()), names);
        self.moves.push(Move { from: from.to_owned(), to: to.to_owned() });
        Ok(())
    }

    /// The power fails: moves that were not synced are there or not.
    pub(super) fn cut_moves(&mut self, remains: Option<Remains>) {
        while let Some(Move { from, to }) = self.moves.pop() {
            let is_kept = match remains {
                Some(Remains::Everything) => true,
                Some(Remains::Nothing) => false,
                _ => self.dice.coin(),
            };
            let is_free = self.named(&from).live().is_empty();
            if !is_kept
                && is_free
                && let Some(names) = self.directories.remove(&Home::Named(to))
            {
                self.directories.insert(Home::Named(from), names);
            }
        }
    }
}
