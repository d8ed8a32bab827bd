//! What is measured.

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Get,
    Set,
    Mset,
}

impl Command {
    pub(crate) const ALL: [Self; 3] = [Self::Get, Self::Set, Self::Mset];

    /// Its name for `redis-benchmark`.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Set => "set",
            Self::Mset => "mset",
        }
    }
}

/// What an answered write survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// Nothing.
    Memory,
    /// A power cut.
    Synced,
}

impl Promise {
    pub(crate) const ALL: [Self; 2] = [Self::Memory, Self::Synced];

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Synced => "synced",
        }
    }
}

/// A command, how it is sent, and what is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Contest {
    pub(crate) promise: Promise,
    pub(crate) command: Command,
    /// How many commands a client sends together.
    pub(crate) pipeline: u32,
}

impl Contest {
    pub(crate) fn title(self) -> String {
        let promise = match self.promise {
            Promise::Memory => "in memory",
            Promise::Synced => "synced",
        };
        format!("{}, {promise}, -P {}", self.command.label().to_uppercase(), self.pipeline)
    }

    /// What Forebay is to reach, as a part of what Redis does.
    pub(crate) fn target(self) -> Option<f64> {
        let is_judged = match (self.promise, self.command) {
            (Promise::Memory, Command::Get) => self.pipeline == 16,
            (Promise::Synced, Command::Set) => self.pipeline == 1,
            _ => false,
        };
        is_judged.then_some(1.0)
    }
}
