//! How many calls there were.

use super::faults::Call;

/// The calls to a disk since it was made, failed ones included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Reads of files.
    pub reads: u64,
    /// Writes to files.
    pub writes: u64,
    /// Bytes that these writes applied.
    pub bytes_written: u64,
    /// Syncs of files.
    pub syncs: u64,
    /// Syncs of directories.
    pub directory_syncs: u64,
    /// Creations, renames and removals of files and folders, and links.
    pub name_changes: u64,
    /// Creations of files without a name.
    pub unnamed: u64,
    /// Syncs of the whole file system.
    pub file_system_syncs: u64,
}

impl Counts {
    pub(super) fn note(&mut self, call: Call) {
        let count = match call {
            Call::Read => &mut self.reads,
            Call::Write => &mut self.writes,
            Call::Sync => &mut self.syncs,
            Call::SyncDirectory => &mut self.directory_syncs,
            Call::Create | Call::Rename | Call::Remove | Call::Link => &mut self.name_changes,
            Call::CreateUnnamed => &mut self.unnamed,
            Call::SyncFileSystem => &mut self.file_system_syncs,
            Call::List | Call::Open | Call::Lock | Call::Length | Call::FreeBytes => return,
        };
        *count += 1;
    }
}
