//! What a recovery could not bring back.

use std::fmt;

use forebay_store::Error;

use crate::catalog::TableId;

/// The most losses that are told one by one; all are counted.
const TOLD_MAX: usize = 256;

/// Something that was in a state, or may have been, and is not any more.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Lost {
    /// The journal is damaged: records from this one on are not in the state.
    Records {
        /// The first that is missing.
        from: u64,
        /// What is wrong, and where.
        error: Error,
    },
    /// The journal goes on with later records than the snapshot has: these are nowhere.
    Gap {
        /// The first that is missing.
        from: u64,
        /// The last.
        to: u64,
    },
    /// Records that cannot be read, for what they rest on was told in others that are missing.
    Unread {
        /// How many.
        records: u64,
    },
    /// The journal ends before the snapshot, so it has lost what was durable; what came after the
    /// snapshot may be lost as well.
    Short {
        /// Its last record.
        last: u64,
        /// The last one that is in the snapshot.
        covered: u64,
    },
    /// The journal is gone, or is another state's.
    Journal {
        /// What is wrong with it.
        error: Error,
    },
    /// Entries of a damaged snapshot, between two that are there.
    Entries {
        /// The table and the bytes of the key of the last good entry before them; none if they are the
        /// first.
        after: Option<(TableId, Vec<u8>)>,
        /// Those of the first good one behind them; none if they are the last.
        before: Option<(TableId, Vec<u8>)>,
        /// How many, if that is known.
        entries: Option<u64>,
    },
}

/// All losses of an opening.
#[derive(Clone, Debug, Default)]
pub struct Losses {
    told: Vec<Lost>,
    count: u64,
    damaged_snapshots: Vec<(String, Error)>,
}

impl Losses {
    /// The first 256 of them.
    pub fn told(&self) -> &[Lost] {
        &self.told
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The files of damaged snapshots, and what is wrong with them. That alone is no loss: all that is in
    /// one may be in the journal, or in what is good of it.
    pub fn damaged_snapshots(&self) -> &[(String, Error)] {
        &self.damaged_snapshots
    }

    pub(super) fn damaged(&mut self, name: String, error: Error) {
        self.damaged_snapshots.push((name, error));
    }

    pub(crate) fn add(&mut self, lost: Lost) {
        self.count += 1;
        if self.told.len() < TOLD_MAX {
            self.told.push(lost);
        }
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Records { from, error } => {
                write!(f, "the records of the journal from {from} on: {error}")
            }
            Self::Gap { from, to } => write!(f, "the records from {from} to {to} of the journal"),
            Self::Unread { records } => {
                write!(f, "{records} records of the journal, whose beginning is missing")
            }
            Self::Short { last, covered } => write!(
                f,
                "the journal ends with record {last}, and the snapshot has those up to {covered}"
            ),
            Self::Journal { error } => write!(f, "the journal: {error}"),
            Self::Entries { after, before, entries } => {
                match entries {
                    Some(entries) => write!(f, "{entries} entries")?,
                    None => f.write_str("entries")?,
                }
                place(f, "after", after.as_ref())?;
                place(f, "before", before.as_ref())
            }
        }
    }
}

fn place(
    f: &mut fmt::Formatter<'_>,
    word: &str,
    place: Option<&(TableId, Vec<u8>)>,
) -> fmt::Result {
    let Some((table, key)) = place else { return Ok(()) };
    write!(f, " {word} the key ")?;
    key.iter().take(32).try_for_each(|byte| write!(f, "{byte:02x}"))?;
    write!(f, " of table {table}")
}
