//! What is not as etchdb wrote it, or cannot be brought over, and where it stands.

use std::fmt;

/// Why something of an etchdb was not read, or not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The beginning of a log is not what etchdb always writes there; nothing is lost.
    Header,
    /// A transaction of a log is not what its hash says, or bytes between transactions are none. Good
    /// transactions follow, which etchdb would throw away.
    Transaction,
    /// The length of a transaction is wrong, its content is proven by its hash; nothing is lost.
    Length,
    /// The last bytes of a log are no transaction, and not just the beginning of one either.
    End,
    /// The snapshot is not as etchdb writes it from there on; what follows is not read.
    Snapshot,
    /// The quarantine is not as etchdb writes it from there on; what follows is not read.
    Quarantine,
    /// The bytes of a key are no key of the table.
    Key,
    /// The bytes of a value are no value of the table.
    Value,
    /// A value has a version of which the import was not told how to read it.
    Version,
    /// A stored value has a field that the type does not have.
    Field,
    /// A collection for which the import names no table.
    Collection,
    /// A value that etchdb itself had put into quarantine, and that the import was not told to take.
    Quarantined,
}

impl Cause {
    /// Whether the bytes are damaged; else it is the import that does not fit them.
    pub fn is_damage(self) -> bool {
        !matches!(self, Self::Version | Self::Field | Self::Collection | Self::Quarantined)
    }

    /// Whether something that etchdb had acknowledged may be missing in what is brought over.
    pub fn is_loss(self) -> bool {
        !matches!(self, Self::Header | Self::Length)
    }
}

/// One thing that was found, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file of the etchdb's directory.
    pub file: &'static str,
    /// The byte at which it begins; within the unpacked bytes if the snapshot is compressed.
    pub offset: u64,
    /// What it is.
    pub cause: Cause,
    /// What exactly, for people.
    pub what: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}: {}", self.file, self.offset, self.what)
    }
}
