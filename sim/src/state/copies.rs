//! Copies that were made of a state; they outlive its owners.

use std::sync::Arc;

use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Home, State};

use super::book::{Book, Content};

/// A copy that was said to be there.
pub(crate) struct Copied {
    pub(crate) name: String,
    /// What is in it.
    pub(crate) content: Arc<Content>,
}

impl Copied {
    /// Opens it and looks whether it is what it was made of.
    pub(crate) fn check(
        &self,
        disk: &SimulatedDisk,
        journal: JournalSettings,
    ) -> Result<(), String> {
        let home = Home::simulated(disk.clone(), &self.name);
        let seams = journal.seams.clone();
        let opened = State::<Book>::builder(home).seams(seams).journal(journal).open();
        let opened =
            opened.map_err(|error| format!("the copy {} is gone: {error:?}", self.name))?;
        let is = Content::of(&opened.read());
        if is != *self.content {
            let (is, should) = (is.short(), self.content.short());
            return Err(format!("the copy {} has {is}, not {should}", self.name));
        }
        Ok(())
    }
}
