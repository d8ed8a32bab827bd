//! What kind of disk it is.

/// What a disk does besides what is always allowed to it. All are off in a new disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each stands by itself")]
pub struct Habits {
    /// At a power cut, a block of 4096 bytes with an unsynced write may become garbage altogether.
    pub shorn_blocks: bool,
    /// After a failed sync, reads show what is on the device, not what was written.
    pub failed_sync_forgets: bool,
    /// A successful sync of a file makes every change of a name before it durable, too, as a
    /// journalling file system does.
    pub sync_keeps_names: bool,
    /// There are no files without a name.
    pub no_unnamed: bool,
    /// No open file can be given a name.
    pub no_links: bool,
    /// How many files a process may have open at once.
    pub open_files_max: Option<u64>,
}
