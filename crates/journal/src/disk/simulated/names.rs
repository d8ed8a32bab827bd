//! The names in one directory: live, durable, and changes on the way from one to the other.

use std::collections::BTreeMap;
use std::io;

use super::cut::{Plan, Remains};
use super::dice::Dice;

/// The number of a file on its disk, whatever its name.
pub(super) type FileNumber = u64;

/// A directory's two maps of names, and the changes that no sync has covered yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    live: BTreeMap<String, FileNumber>,
    durable: BTreeMap<String, FileNumber>,
    /// In the order in which they were made, each with its place among all changes of the disk.
    unsynced: Vec<(u64, Change)>,
}

#[derive(Clone, Debug)]
enum Change {
    Create { name: String, file: FileNumber },
    Rename { from: String, to: String, file: FileNumber },
    Remove { name: String },
}

impl Names {
    pub(super) fn live(&self) -> &BTreeMap<String, FileNumber> {
        &self.live
    }

    /// The file that has `name` now.
    pub(super) fn find(&self, name: &str) -> io::Result<FileNumber> {
        self.live.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// The file that has `name` on the device.
    pub(super) fn find_durable(&self, name: &str) -> Option<FileNumber> {
        self.durable.get(name).copied()
    }

    pub(super) fn create(&mut self, name: &str, file: FileNumber, number: u64) -> io::Result<()> {
        if self.live.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.change(number, Change::Create { name: name.to_owned(), file });
        Ok(())
    }

    pub(super) fn rename(&mut self, from: &str, to: &str, number: u64) -> io::Result<()> {
        let file = self.find(from)?;
        let (from, to) = (from.to_owned(), to.to_owned());
        self.change(number, Change::Rename { from, to, file });
        Ok(())
    }

    pub(super) fn remove(&mut self, name: &str, number: u64) -> io::Result<()> {
        self.find(name)?;
        self.change(number, Change::Remove { name: name.to_owned() });
        Ok(())
    }

    fn change(&mut self, number: u64, change: Change) {
        change.apply_to(&mut self.live);
        self.unsynced.push((number, change));
    }

    /// A sync that succeeds: it covers the changes up to number `until`.
    pub(super) fn settle(&mut self, until: u64) {
        for change in self.take(until) {
            change.apply_to(&mut self.durable);
        }
    }

    /// A sync that fails: the changes up to number `until` are clean now, made or not.
    pub(super) fn fail(&mut self, until: u64, dice: &mut Dice) {
        let lost = self.take(until);
        let plan = Plan::draw(Remains::draw(dice), lost.len(), dice);
        survive(&mut self.durable, &lost, &plan, dice);
    }

    fn take(&mut self, until: u64) -> Vec<Change> {
        let later = self.unsynced.partition_point(|(number, _)| *number <= until);
        self.unsynced.drain(..later).map(|(_, change)| change).collect()
    }

    /// The power fails, and this is what is left.
    pub(super) fn cut(&mut self, remains: Remains, dice: &mut Dice) {
        let lost = self.take(u64::MAX);
        let plan = Plan::draw(remains, lost.len(), dice);
        survive(&mut self.durable, &lost, &plan, dice);
        self.live = self.durable.clone();
    }

    /// Every file that has a name in some image, or may have one after a power cut.
    pub(super) fn files(&self) -> impl Iterator<Item = FileNumber> {
        let coming = self.unsynced.iter().filter_map(|(_, change)| match change {
            Change::Create { file, .. } | Change::Rename { file, .. } => Some(*file),
            Change::Remove { .. } => None,
        });
        self.live.values().chain(self.durable.values()).copied().chain(coming)
    }
}

/// Makes the changes that the plan keeps and that have what they need: the last change before of
/// the name that they start from.
fn survive(
    names: &mut BTreeMap<String, FileNumber>,
    changes: &[Change],
    plan: &Plan,
    dice: &mut Dice,
) {
    let mut made: BTreeMap<&str, bool> = BTreeMap::new();
    for (at, change) in changes.iter().enumerate() {
        let has_need = made.get(change.starts_from()).copied().unwrap_or(true);
        let is_made = has_need && plan.keeps(at, dice);
        if is_made {
            change.apply_to(names);
        }
        made.extend(change.names().map(|name| (name, is_made)));
    }
}

impl Change {
    fn starts_from(&self) -> &str {
        match self {
            Self::Create { name, .. } | Self::Remove { name } => name,
            Self::Rename { from, .. } => from,
        }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let second = match self {
            Self::Rename { to, .. } => Some(to.as_str()),
            Self::Create { .. } | Self::Remove { .. } => None,
        };
        std::iter::once(self.starts_from()).chain(second)
    }

    fn apply_to(&self, names: &mut BTreeMap<String, FileNumber>) {
        match self {
            Self::Create { name, file } => {
                names.insert(name.clone(), *file);
            }
            Self::Rename { from, to, file } => {
                names.remove(from);
                names.insert(to.clone(), *file);
            }
            Self::Remove { name } => {
                names.remove(name);
            }
        }
    }
}
