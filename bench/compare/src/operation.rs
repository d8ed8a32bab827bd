//! What is measured.

/// One kind of work. The variants stand in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// A put of a new key into a full cache, so that another entry is evicted.
    PutEvict,
    /// An overwrite of a resident key, and the new value stored.
    Overwrite,
    /// An overwrite of a value that is not stored yet.
    OverwriteDirty,
    /// A delete of a resident key, in the store, too.
    Delete,
    /// A flush of what is older than an hour, when nothing is.
    AgeIdle,
    /// A flush of the oldest entries among many dirty ones, for each entry stored.
    AgeBatch,
    /// A get of a resident key.
    GetHit,
}

impl Operation {
    pub(crate) const ALL: [Self; 7] = [
        Self::PutEvict,
        Self::Overwrite,
        Self::OverwriteDirty,
        Self::Delete,
        Self::AgeIdle,
        Self::AgeBatch,
        Self::GetHit,
    ];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::PutEvict => "Put of a new key, another evicted",
            Self::Overwrite => "Overwrite, stored",
            Self::OverwriteDirty => "Overwrite of a dirty entry",
            Self::Delete => "Delete",
            Self::AgeIdle => "Age flush, nothing old",
            Self::AgeBatch => "Age flush, 250 old entries",
            Self::GetHit => "Get hit",
        }
    }

    /// The name in the CSV.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::PutEvict => "put_evict",
            Self::Overwrite => "overwrite_stored",
            Self::OverwriteDirty => "overwrite_dirty",
            Self::Delete => "delete",
            Self::AgeIdle => "age_flush_idle",
            Self::AgeBatch => "age_flush_batch",
            Self::GetHit => "get_hit",
        }
    }

    /// What one number is the cost of.
    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::PutEvict => "a put",
            Self::Overwrite | Self::OverwriteDirty => "an overwrite",
            Self::Delete => "a delete",
            Self::AgeIdle => "a call",
            Self::AgeBatch => "an entry stored",
            Self::GetHit => "a get",
        }
    }

    /// What the work is, for the reader of the report.
    pub(crate) fn explanation(self) -> &'static str {
        match self {
            Self::PutEvict => {
                "The cache is full. Every put ends up as one write to the store: Forebay \
                 write-behind flushes after every 250 puts, inside the measured time; \
                 oximedia's write-behind stores the dirty entry that it evicts; write-through \
                 stores first. quick_cache, moka and the HashMap (a FIFO queue beside it) have no \
                 store and do less work. moka may evict the new key itself."
            }
            Self::Overwrite => {
                "Every overwrite ends up as one write to the store: the write-behind caches flush \
                 after every 250 overwrites, inside the measured time. quick_cache, moka and the \
                 HashMap store nothing."
            }
            Self::OverwriteDirty => {
                "All entries are dirty and stay so: nothing is stored, the overwrite takes the \
                 place of the value that waits. What storing costs is in the other rows. With a \
                 journal the overwrite is appended to it; at `Journaled` the caller also copies it to \
                 the operating system. Syncs, the making of segments and checkpoints happen on other \
                 threads: what they cost is in the table after the verdicts on the journal."
            }
            Self::Delete => {
                "The key is resident, and the store is told: Forebay write-behind flushes after \
                 every 250 deletes, inside the measured time; the others tell it at once. \
                 quick_cache, moka and the HashMap have no store."
            }
            Self::AgeIdle => {
                "All entries are dirty, none is as old as was asked for. The cost of a call: what \
                 a timer pays for looking."
            }
            Self::AgeBatch => {
                "All entries are dirty; each call finds the 250 oldest and stores them. Afterwards \
                 they are made dirty again, which is not measured. The cost for each entry stored."
            }
            Self::GetHit => "All entries are resident and clean. No store is asked.",
        }
    }

    /// Whether the growth of Forebay's cost is judged.
    pub(crate) fn is_judged(self) -> bool {
        self != Self::GetHit
    }
}
