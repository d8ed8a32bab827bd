//! What is measured: a kind of work, on a number of threads, with one kind of keys, at a size.

/// One kind of work. The variants stand in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suite {
    /// A transaction that puts one new record.
    Insert,
    /// A transaction that puts one record in the place of another.
    Overwrite,
    /// One view, and a walk over a hundred entries.
    Range,
    /// One view, one lookup, one field of the value looked at.
    Read,
    /// The same while one more thread overwrites as fast as it can.
    ReadWritten,
    /// The same while one more thread overwrites at a fixed rate, the same for everybody.
    ReadPaced,
    /// A transaction that puts one new record, after so many threads have read at the same time.
    InsertAmong,
    /// A synced transaction of a thousand new records, by those that a target is about, alone.
    Together,
    /// The same, and everybody takes turns.
    TogetherOfAll,
    /// A synced transaction of one new record.
    Synced,
    /// A transaction of one new record that is handed over to the log.
    Journaled,
}

impl Suite {
    pub(crate) const ALL: [Self; 11] = [
        Self::Insert,
        Self::Overwrite,
        Self::Range,
        Self::Read,
        Self::ReadWritten,
        Self::ReadPaced,
        Self::InsertAmong,
        Self::Together,
        Self::TogetherOfAll,
        Self::Synced,
        Self::Journaled,
    ];

    /// As the command line has it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadWritten => "written",
            Self::ReadPaced => "paced",
            Self::Range => "range",
            Self::Insert => "insert",
            Self::Overwrite => "overwrite",
            Self::InsertAmong => "among",
            Self::Together => "together",
            Self::TogetherOfAll => "together-all",
            Self::Synced => "synced",
            Self::Journaled => "journaled",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Read => "point reads",
            Self::ReadWritten => "point reads beside a writer at full speed",
            Self::ReadPaced => "point reads beside 10,000 writes a second",
            Self::Range => "ranges of 100",
            Self::Insert => "single inserts in memory",
            Self::Overwrite => "single overwrites in memory",
            Self::InsertAmong => "single inserts after others have read",
            Self::Together => "inserts, a thousand in a synced transaction",
            Self::TogetherOfAll => "the same, and everybody in turn",
            Self::Synced => "single synced inserts",
            Self::Journaled => "single inserts handed to the log",
        }
    }

    /// Whether one more thread writes beside those that read.
    pub(crate) fn is_written(self) -> bool {
        matches!(self, Self::ReadWritten | Self::ReadPaced)
    }

    /// Whether a transaction has many records.
    pub(crate) fn is_together(self) -> bool {
        matches!(self, Self::Together | Self::TogetherOfAll)
    }

    /// Whether it is measured with logs on the disk.
    pub(crate) fn is_durable(self) -> bool {
        self.is_together() || matches!(self, Self::Synced | Self::Journaled)
    }

    /// How many entries a range has.
    pub(crate) const RANGE: usize = 100;
}

/// What is done, by how many threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Contest {
    pub(crate) suite: Suite,
    pub(crate) threads: usize,
}

impl Contest {
    pub(crate) const ALL: [Self; 13] = [
        Self { suite: Suite::Insert, threads: 1 },
        Self { suite: Suite::Overwrite, threads: 1 },
        Self { suite: Suite::Range, threads: 1 },
        Self { suite: Suite::Read, threads: 1 },
        Self { suite: Suite::Read, threads: 2 },
        Self { suite: Suite::Read, threads: 4 },
        Self { suite: Suite::ReadWritten, threads: 1 },
        Self { suite: Suite::ReadWritten, threads: 2 },
        Self { suite: Suite::ReadWritten, threads: 4 },
        Self { suite: Suite::ReadPaced, threads: 1 },
        Self { suite: Suite::ReadPaced, threads: 2 },
        Self { suite: Suite::ReadPaced, threads: 4 },
        Self { suite: Suite::InsertAmong, threads: 8 },
    ];

    /// Those with logs on the disk.
    pub(crate) const DURABLE: [Self; 8] = [
        Self { suite: Suite::Together, threads: 1 },
        Self { suite: Suite::TogetherOfAll, threads: 1 },
        Self { suite: Suite::Synced, threads: 1 },
        Self { suite: Suite::Synced, threads: 8 },
        Self { suite: Suite::Synced, threads: 64 },
        Self { suite: Suite::Journaled, threads: 1 },
        Self { suite: Suite::Journaled, threads: 8 },
        Self { suite: Suite::Journaled, threads: 64 },
    ];

    /// Whether only one thread takes part. These contests come first, so that they have not
    /// to do with what other threads have done before.
    pub(crate) fn is_alone(self) -> bool {
        self.threads == 1 && !self.suite.is_written()
    }

    pub(crate) fn title(self) -> String {
        match self.threads {
            1 => self.suite.title().to_owned(),
            threads => format!("{}, {threads} threads", self.suite.title()),
        }
    }
}

/// What is measured of many records, in processes of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Large {
    /// Opening what a killed process left.
    Load,
    /// A snapshot while one thread writes.
    Snapshot,
}

impl Large {
    pub(crate) const ALL: [Self; 2] = [Self::Load, Self::Snapshot];

    /// As the command line has it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Snapshot => "snapshot",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Load => "opening to the first get",
            Self::Snapshot => "a snapshot beside a writer",
        }
    }
}

/// The kind of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    /// `user:000000001234`
    Text,
    /// 64 bits, spread.
    Number,
}

impl Keys {
    pub(crate) const ALL: [Self; 2] = [Self::Text, Self::Number];

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
        }
    }
}

/// Which records there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stock {
    pub(crate) keys: Keys,
    pub(crate) records: usize,
}

impl Stock {
    pub(crate) fn texts(records: usize) -> Self {
        Self { keys: Keys::Text, records }
    }

    pub(crate) fn title(self) -> String {
        match self.records {
            0 => self.size(),
            _ => format!("{}, {} keys", self.size(), self.keys.label()),
        }
    }

    /// How many there are.
    pub(crate) fn size(self) -> String {
        match self.records {
            0 => "a fresh store".to_owned(),
            records if records % 1_000_000 == 0 => format!("{} M records", records / 1_000_000),
            records if records % 1_000 == 0 => format!("{} k records", records / 1_000),
            records => format!("{records} records"),
        }
    }
}
