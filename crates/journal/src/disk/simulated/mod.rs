//! A disk that lies: the file system as bad as it may be, from one seed.
//!
//! [`SimulatedDisk`] keeps two images of every file and of every directory: the *live* one, which
//! reads show, and the *durable* one, which is on the device. Between the two stand the writes and
//! the name changes that no sync has covered yet. Everything that is left to chance is drawn from
//! the seed, so the same calls on the same seed give the same disk. Clones are the same disk.
//!
//! # The faults, and what a log is entitled to after each
//!
//! **The process dies** ([`kill`](SimulatedDisk::kill)). Open files, directories and locks of the
//! process end; every call on them is an error from then on. The live image stays as it is.
//! *Entitled to:* every byte and every name for which a call came back with success, in the order
//! of the calls. Of the one call that was cut off, any beginning of the bytes, or the change of a
//! name wholly or not at all.
//!
//! **The power fails** ([`power_cut`](SimulatedDisk::power_cut)). As above, and the live image is
//! gone. What comes back is the durable image plus any part of what came later: each sector of
//! 512 bytes is in one of the states that it was in since the last sync, whatever its neighbours
//! are; the length likewise, whatever the bytes are (what the length covers and no write reached
//! is zero); each name change was made or not, whatever the bytes are. Some sectors may be
//! torn: one state up to some byte, another state from there on. *Entitled to:* every byte that
//! was written before a sync of that file began that succeeded, if it was not written to again;
//! bytes that are the same in all states of a torn sector; every name change that was made before
//! a successful sync of the directory began. A name change does not survive without the one
//! that it needs (the last one of the name that it starts from), and a rename is never seen half
//! done. *Not entitled to:* any order between two writes or two files without a sync between
//! them; the name of a file whose bytes were synced (but see [`Habits::sync_keeps_names`]); the
//! bytes of a file whose name was synced.
//!
//! **A block is shorn** (only with [`Habits::shorn_blocks`]). At a power cut, a block of 4096
//! bytes that was being written may be garbage altogether, synced bytes of the same block
//! included. *Entitled to:* blocks without an unsynced write are never touched. So a log that may
//! not lose synced bytes does not write to their block again.
//!
//! **A sync fails.** The unsynced writes are marked clean: for each sector it is drawn at once
//! whether it reached the device, and in which state. Reads still show all of them. A later sync
//! says success and does nothing for them. The error is told once. *Entitled to:* nothing of what
//! the failed sync should have covered, ever, whatever later syncs say; what was synced before
//! and not overwritten is safe; what is written after is covered by later syncs again. (Such a
//! write takes its whole sectors along, as reads show them, and the length.) With
//! [`Habits::failed_sync_forgets`], or at [`forget_clean`](SimulatedDisk::forget_clean), which is
//! what pressure on memory does, reads show the device's old bytes again.
//!
//! **A sync of a directory fails.** The same for names: for each change it is drawn at once
//! whether it is durable, the live names still show all of them, and a later sync does nothing
//! for them. A removed name can be back after a power cut though a later sync succeeded. *Entitled
//! to:* what was synced before, and changes that are made after and synced with success.
//!
//! **A sync lies** ([`Fault::Lie`]). It says success and does nothing. No log can be right on such
//! a disk; it is there to prove that tests notice a missing sync.
//!
//! **A write fails.** Any part of its bytes was applied, mostly a beginning. *Entitled to:*
//! nothing about the bytes of that write; all others are untouched.
//!
//! **A write is short.** Fewer bytes than given were taken, at least one, and the call says how
//! many. That is no error.
//!
//! **The disk is full** ([`set_room`](SimulatedDisk::set_room)). A file takes whole blocks of 4096
//! bytes up to its length, holes included. A write that would take more blocks than there are
//! applies a part and fails with [`StorageFull`](std::io::ErrorKind::StorageFull). *Entitled to:*
//! a write within the blocks that the file already has never fails for want of room, and removing
//! or replacing a file frees its room as soon as nobody has it open.
//!
//! **A change of a name fails.** Nothing happened. With [`Fault::ErrorAfter`] it happened, and the
//! error came after; *a log that wants to be right there, too,* looks before it tries again.
//!
//! **A file is made without a name.** At every end of the process it is gone, whatever was synced. A
//! *link* is a change of a name like any other: it survives a power cut or not until its directory is
//! synced, and what it names then is as much of the file as the file's own syncs have covered,
//! with any part of what came later. [`Habits::no_unnamed`] and [`Habits::no_links`] are disks that
//! have neither; files of two disks are on two file systems.
//!
//! **A folder** is a name in the directory around it, and survives with what was synced there; what is in
//! it, and what was synced in it, is lost with it. *Not entitled to:* a folder whose own files
//! and names were synced, if the directory around it was not.
//!
//! **Too many files are open** ([`Habits::open_files_max`]). Opening and creating fail, and nothing else.
//!
//! **The whole file system is synced.** That is a sync of every file and every directory at once, and fails
//! as such.
//!
//! **A directory gets another name** ([`move_directory`](SimulatedDisk::move_directory)). Until the directory
//! that both names are in is synced, a power cut leaves the one or the other.
//!
//! **A read fails**, is short, or has one bit flipped ([`Fault::Flip`]). The bytes on the disk are
//! as they were. A write can be flipped, too: then the wrong bit is on the disk.
//!
//! **A call takes its time.** The hook of [`on_call`](SimulatedDisk::on_call) runs before each
//! call and may wait for whatever a test likes. A sync covers what was written when it *began*,
//! before its hook.
//!
//! # Ending a run at every step
//!
//! [`cut_after`](SimulatedDisk::cut_after) and its kin let some calls through and cut off the next;
//! from then on every call is an error until the test carries out the
//! [`power_cut`](SimulatedDisk::power_cut) or the [`kill`](SimulatedDisk::kill). A test that runs
//! once to learn [`steps`](SimulatedDisk::steps) can then end the same run at each of them.

mod contents;
mod cut;
mod dice;
mod directory;
mod disk;
mod ending;
mod faults;
mod file;
mod folders;
mod habits;
mod image;
mod lock;
mod moves;
mod nameless;
mod names;
mod room;
mod state;
mod syncs;
mod tally;

pub use cut::Remains;
pub use disk::SimulatedDisk;
pub use ending::Ending;
pub use faults::{Call, Fault};
pub use habits::Habits;
pub use tally::Counts;
