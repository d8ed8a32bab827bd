//! What is measured.

/// How large a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// 64 KiB.
    Small,
    /// 1 MiB.
    Middle,
    /// 16 MiB.
    Large,
}

impl Size {
    pub(crate) const ALL: [Self; 3] = [Self::Small, Self::Middle, Self::Large];

    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Small => 64 << 10,
            Self::Middle => 1 << 20,
            Self::Large => 16 << 20,
        }
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Small => "64 KiB",
            Self::Middle => "1 MiB",
            Self::Large => "16 MiB",
        }
    }

    /// As the command line has it.
    pub(crate) fn short(self) -> &'static str {
        match self {
            Self::Small => "64k",
            Self::Middle => "1m",
            Self::Large => "16m",
        }
    }

    /// How many of them are stored and loaded in a round.
    pub(crate) fn rows(self) -> usize {
        match self {
            Self::Small => 512,
            Self::Middle => 48,
            Self::Large => 4,
        }
    }
}

/// Who looks at which objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crowd {
    /// One thread, many objects.
    Alone,
    /// Four threads, each with objects of its own.
    Apart,
    /// Four threads, one object.
    Together,
}

impl Crowd {
    pub(crate) const ALL: [Self; 3] = [Self::Alone, Self::Apart, Self::Together];

    pub(crate) fn threads(self) -> usize {
        if self == Self::Alone { 1 } else { 4 }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Alone => "1 thread",
            Self::Apart => "4 threads, objects of their own",
            Self::Together => "4 threads, one object",
        }
    }
}

/// How somebody looks at what is in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Only if it is there.
    Try,
    /// On a plain thread.
    Wait,
    /// In a future.
    Await,
}

impl Way {
    pub(crate) const ALL: [Self; 3] = [Self::Try, Self::Wait, Self::Await];
}

/// One kind of work. The variants stand in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// From memory to the medium.
    Store(Size),
    /// From the medium to memory, from the page cache.
    Load(Size),
    /// Looking at a value that is in memory.
    Hit(Way, Crowd),
    /// To the disk, so that a power cut leaves it.
    Keep,
    /// Putting a value in, with room for it.
    Insert,
    /// Dropping an object that is in the medium only.
    Drop,
    /// Reading an object that is being written to a slow medium, and is to leave memory.
    Leaving,
    /// Many writes to a slow medium at once.
    AtOnce,
}

impl Work {
    /// As the command line has them. Who stores loads, too.
    pub(crate) const PARTS: [&'static str; 10] =
        ["store", "try", "wait", "await", "keep", "insert", "drop", "leaving", "at-once", "peak"];

    pub(crate) fn part(self) -> &'static str {
        match self {
            Self::Store(_) | Self::Load(_) => "store",
            Self::Hit(Way::Try, _) => "try",
            Self::Hit(Way::Wait, _) => "wait",
            Self::Hit(Way::Await, _) => "await",
            Self::Keep => "keep",
            Self::Insert => "insert",
            Self::Drop => "drop",
            Self::Leaving => "leaving",
            Self::AtOnce => "at-once",
        }
    }

    pub(crate) fn title(self) -> String {
        match self {
            Self::Store(size) => format!("store rows of {}", size.label()),
            Self::Load(size) => format!("load rows of {}", size.label()),
            Self::Hit(way, crowd) => {
                let way = match way {
                    Way::Try => "hit, if it is there",
                    Way::Wait => "hit, on a plain thread",
                    Way::Await => "hit, awaited",
                };
                format!("{way}, {}", crowd.label())
            }
            Self::Keep => "keep 256 rows of 64 KiB, durably".to_owned(),
            Self::Insert => "insert a row that is there".to_owned(),
            Self::Drop => "drop a row of 64 KiB that is spilled".to_owned(),
            Self::Leaving => "read a row that is being evicted, which takes 50 ms".to_owned(),
            Self::AtOnce => "32 writes at once, each of 50 ms".to_owned(),
        }
    }

    /// What counts is the time, because most of it is spent waiting.
    pub(crate) fn is_by_the_clock(self) -> bool {
        matches!(self, Self::Keep | Self::Leaving | Self::AtOnce)
    }

    /// How many rows are kept durably in a round.
    pub(crate) const KEPT: usize = 256;

    /// What is counted is bytes, not calls.
    pub(crate) fn is_transfer(self) -> bool {
        matches!(self, Self::Store(_) | Self::Load(_))
    }
}
