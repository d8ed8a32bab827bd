//! How an error says that too many files are open.

use std::io;

/// What this process is told that has as many files open as it may.
#[cfg(not(windows))]
pub(super) const OF_PROCESS: i32 = 24;
/// What every process is told when the machine has.
#[cfg(not(windows))]
const OF_MACHINE: i32 = 23;

#[cfg(windows)]
pub(super) const OF_PROCESS: i32 = 4;
#[cfg(windows)]
const OF_MACHINE: i32 = OF_PROCESS;

/// Whether an error says that this process, or the whole machine, has as many files open as it may.
/// Nothing was opened or made then, nothing is wrong with the disk, and it helps to close a file.
///
/// ```
/// use forebay_journal::disk::are_files_used_up;
/// use forebay_journal::disk::simulated::{Habits, SimulatedDisk};
///
/// let disk = SimulatedDisk::new(1);
/// disk.set_habits(Habits { open_files_max: Some(1), ..Habits::default() });
/// let directory = disk.directory("a");
/// let one = directory.create("one")?;
/// assert!(are_files_used_up(&directory.create("two").unwrap_err()));
/// drop(one);
/// directory.create("two")?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn are_files_used_up(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|code| code == OF_PROCESS || code == OF_MACHINE)
}
