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
    /// A transaction that puts one new record, after so many threads have read at the same time.
    InsertAmong,
}

impl Suite {
    pub(crate) const ALL: [Self; 6] = [
        Self::Insert,
        Self::Overwrite,
        Self::Range,
        Self::Read,
        Self::ReadWritten,
        Self::InsertAmong,
    ];

    /// As the command line has it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadWritten => "written",
            Self::Range => "range",
            Self::Insert => "insert",
            Self::Overwrite => "overwrite",
            Self::InsertAmong => "among",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Read => "point reads",
            Self::ReadWritten => "point reads beside a writer",
            Self::Range => "ranges of 100",
            Self::Insert => "single inserts in memory",
            Self::Overwrite => "single overwrites in memory",
            Self::InsertAmong => "single inserts in memory after others have read",
        }
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
    pub(crate) const ALL: [Self; 10] = [
        Self { suite: Suite::Insert, threads: 1 },
        Self { suite: Suite::Overwrite, threads: 1 },
        Self { suite: Suite::Range, threads: 1 },
        Self { suite: Suite::Read, threads: 1 },
        Self { suite: Suite::Read, threads: 2 },
        Self { suite: Suite::Read, threads: 4 },
        Self { suite: Suite::ReadWritten, threads: 1 },
        Self { suite: Suite::ReadWritten, threads: 2 },
        Self { suite: Suite::ReadWritten, threads: 4 },
        Self { suite: Suite::InsertAmong, threads: 8 },
    ];

    /// Whether only one thread takes part. These contests come first: a write of Forebay's takes a
    /// little longer for each thread that has ever read beside others.
    pub(crate) fn is_alone(self) -> bool {
        self.threads == 1 && self.suite != Suite::ReadWritten
    }

    pub(crate) fn title(self) -> String {
        match self.threads {
            1 => self.suite.title().to_owned(),
            threads => format!("{}, {threads} threads", self.suite.title()),
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
pub(crate) struct Content {
    pub(crate) keys: Keys,
    pub(crate) records: usize,
}

impl Content {
    pub(crate) fn title(self) -> String {
        let records = match self.records {
            records if records % 1_000_000 == 0 => format!("{} M", records / 1_000_000),
            records if records % 1_000 == 0 => format!("{} k", records / 1_000),
            records => records.to_string(),
        };
        format!("{records} records, {} keys", self.keys.label())
    }
}
