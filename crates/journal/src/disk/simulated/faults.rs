//! Which calls go wrong, and how.

use std::collections::BTreeMap;
use std::io;

use super::dice::Dice;

/// The calls that a disk can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// List a directory, or the folders in it.
    List,
    /// Create a file or a folder.
    Create,
    /// Open a file or a folder.
    Open,
    /// Rename a file or a folder.
    Rename,
    /// Remove a file or a folder.
    Remove,
    /// Sync a directory.
    SyncDirectory,
    /// Take the lock of a directory.
    Lock,
    /// Read from a file.
    Read,
    /// Write to a file.
    Write,
    /// Sync a file.
    Sync,
    /// Ask for the length of a file.
    Length,
    /// Create a file without a name.
    CreateUnnamed,
    /// Give an open file a name.
    Link,
    /// Sync the whole file system.
    SyncFileSystem,
    /// Ask for the free room.
    FreeBytes,
}

impl Call {
    /// Whether it changes anything on the disk.
    pub fn is_change(self) -> bool {
        !matches!(self, Self::List | Self::Open | Self::Read | Self::Length | Self::FreeBytes)
    }
}

/// How a call goes wrong. One that a call cannot have acts as [`Error`](Self::Error).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// An input/output error: a write may have been applied in part, a sync has lost what it should
    /// have covered, anything else did not happen.
    Error,
    /// An error, although all of it was done.
    ErrorAfter,
    /// As [`Error`](Self::Error), with the kind [`StorageFull`](io::ErrorKind::StorageFull).
    Full,
    /// A read or a write that deals with fewer bytes than it was given, at least one, and says so.
    Short,
    /// A read or a write with one bit wrong.
    Flip,
    /// A sync, of a file, a directory or all, that says success and does nothing.
    Lie,
}

impl Fault {
    pub(super) fn error(self) -> io::Error {
        match self {
            Self::Full => io::Error::new(io::ErrorKind::StorageFull, "the simulated disk is full"),
            _ => io::Error::other("simulated input/output error"),
        }
    }
}

/// The faults that are to come.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    scripted: Vec<Scripted>,
    /// How often in a thousand calls.
    rates: BTreeMap<(Call, Fault), u32>,
}

#[derive(Clone, Debug)]
struct Scripted {
    call: Call,
    /// How many such calls are still to come, this one included.
    left: u64,
    fault: Fault,
    stays: bool,
}

impl Faults {
    pub(super) fn script(&mut self, call: Call, nth: u64, fault: Fault, stays: bool) {
        self.scripted.push(Scripted { call, left: nth.max(1), fault, stays });
    }

    pub(super) fn set_rate(&mut self, call: Call, fault: Fault, per_mille: u32) {
        self.rates.insert((call, fault), per_mille);
    }

    /// What happens to the next `call`: the first that was scripted for it, or else what is drawn.
    pub(super) fn next(&mut self, call: Call, dice: &mut Dice) -> Option<Fault> {
        let mut due = None;
        self.scripted.retain_mut(|scripted| {
            if scripted.call != call {
                return true;
            }
            scripted.left = scripted.left.saturating_sub(1);
            if scripted.left == 0 {
                due = due.or(Some(scripted.fault));
            }
            scripted.left > 0 || scripted.stays
        });
        let rates = self.rates.range((call, Fault::Error)..=(call, Fault::Lie));
        let drawn: Vec<Fault> = rates
            .filter(|(_, per_mille)| dice.chance(**per_mille))
            .map(|((_, fault), _)| *fault)
            .collect();
        due.or(drawn.first().copied())
    }
}
