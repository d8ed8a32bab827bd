//! The ladder: how safe a write is by now.

/// A rung of the ladder. A later rung includes every earlier one.
///
/// | rung | the write is in | survives |
/// |---|---|---|
/// | `Memory` | the process | nothing |
/// | `Journaled` | the journal, handed to the operating system | `kill -9` of the process |
/// | `Synced` | the journal, on the device | a power cut |
/// | `Stored` | the backing store | whatever the store survives |
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Durability {
    /// In this process; gone with it.
    Memory,
    /// In the journal, handed to the operating system. Needs a journal.
    Journaled,
    /// In the journal, on the device. Needs a journal.
    Synced,
    /// In the backing store.
    Stored,
}

impl std::fmt::Display for Durability {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Memory => "memory",
            Self::Journaled => "journaled",
            Self::Synced => "synced",
            Self::Stored => "stored",
        })
    }
}
