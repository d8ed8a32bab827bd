//! What is measured: a kind of put, by a number of threads.

/// One kind of put. The variants stand in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suite {
    /// Each thread puts one record at a time and waits until it is on the device.
    Synced,
    /// One thread, many durable puts in flight where that can be had.
    Tickets,
    /// Each thread puts one record at a time; it is with the operating system, or no safer, when
    /// the put returns.
    Journaled,
}

/// A kind of put by so many threads: what is compared in one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Contest {
    pub(crate) suite: Suite,
    pub(crate) threads: usize,
}

impl Suite {
    /// How many puts are in flight with tickets.
    pub(crate) const WINDOW: usize = 64;

    /// The letter on the command line.
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Synced => 'A',
            Self::Tickets => 'B',
            Self::Journaled => 'C',
        }
    }

    /// One put in so many is timed, so that reading the clock is no part of a short one.
    pub(crate) fn timed_every(self) -> u64 {
        if self == Self::Synced { 1 } else { 8 }
    }
}

impl Contest {
    pub(crate) const ALL: [Self; 7] = [
        Self { suite: Suite::Synced, threads: 1 },
        Self { suite: Suite::Synced, threads: 8 },
        Self { suite: Suite::Synced, threads: 64 },
        Self { suite: Suite::Tickets, threads: 1 },
        Self { suite: Suite::Journaled, threads: 1 },
        Self { suite: Suite::Journaled, threads: 2 },
        Self { suite: Suite::Journaled, threads: 4 },
    ];

    pub(crate) fn title(self) -> String {
        let threads = match self.threads {
            1 => "1 writer".to_owned(),
            more => format!("{more} writers"),
        };
        match self.suite {
            Suite::Synced => format!("Durable puts, {threads}"),
            Suite::Tickets => format!("Durable puts by tickets, {threads}"),
            Suite::Journaled => format!("Handed-over puts, {threads}"),
        }
    }

    /// The name in the CSV.
    pub(crate) fn code(self) -> String {
        let suite = match self.suite {
            Suite::Synced => "synced",
            Suite::Tickets => "tickets",
            Suite::Journaled => "journaled",
        };
        format!("{suite}_{}", self.threads)
    }
}
