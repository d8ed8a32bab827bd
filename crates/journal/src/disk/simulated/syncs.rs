//! What a sync of more than one file does.

use std::io;

use super::state::State;

impl State {
    /// A sync of a directory fails, of what was changed up to number `until`.
    pub(super) fn fail_directory_sync(&mut self, path: &str, until: u64) -> io::Result<()> {
        let home = self.home(path)?;
        if let Some(names) = self.directories.get_mut(&home) {
            names.fail(until, &mut self.dice);
        }
        Ok(())
    }

    /// A sync of everything succeeds.
    pub(super) fn sync_file_system(&mut self, until: u64) {
        self.files.values_mut().for_each(|contents| contents.settle(until));
        self.directories.values_mut().for_each(|names| names.settle(until));
        self.moves.clear();
        self.let_go();
    }

    /// A sync of everything fails.
    pub(super) fn fail_file_system_sync(&mut self, until: u64) {
        let Self { dice, directories, files, habits, .. } = self;
        for contents in files.values_mut() {
            contents.fail(until, dice);
            if habits.failed_sync_forgets {
                contents.forget_clean();
            }
        }
        for names in directories.values_mut() {
            names.fail(until, dice);
        }
    }
}
