//! What clients did to one key and what they were told, for the checker.

use std::collections::BTreeMap;
use std::fmt;

use forebay_store::{Moment, WallTime};

use crate::dates::Dates;
use crate::value::{Name, Tag, short};

/// What an operation does to its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It saw this.
    Read(Option<Tag>),
    /// It saw exactly this, expired or not: a look into the store.
    Look(Option<Tag>),
    /// It makes the key this.
    Write(Option<Tag>),
    /// It makes the key this, or does nothing.
    MayWrite(Option<Tag>),
    /// It saw the first (`None`: nobody knows what) and makes the key the second.
    Change(Option<Option<Tag>>, Option<Tag>),
}

/// One operation on one key.
#[derive(Clone, Debug)]
pub struct Event {
    /// What it does.
    pub act: Act,
    /// When it began, in the one order of all things.
    pub begin: u64,
    /// When it had happened; `None`: at any later time, or never.
    pub end: Option<u64>,
    /// The time at which it began.
    pub begin_at: Moment,
    /// The time at which it ended, if it did.
    pub end_at: Moment,
    /// Who did what.
    pub text: String,
}

/// All operations of a run.
#[derive(Debug, Default)]
pub struct History {
    events: BTreeMap<Name, Vec<Event>>,
    expiries: BTreeMap<Tag, WallTime>,
    /// What the date was meanwhile.
    pub(crate) dates: Dates,
}

impl History {
    pub(crate) fn push(&mut self, key: Name, event: Event) {
        self.events.entry(key).or_default().push(event);
    }

    pub(crate) fn expires(&mut self, tag: Tag, at: WallTime) {
        self.expiries.insert(tag, at);
    }

    /// Whether a value is over then.
    pub(crate) fn has_expiry(&self, at: WallTime) -> bool {
        self.expiries.values().any(|expiry| *expiry == at)
    }

    /// A history that goes on after this one: it knows the writes, and has no operation yet.
    pub(crate) fn heir(&self) -> Self {
        let expiries = self.expiries.clone();
        Self { expiries, ..Self::default() }
    }

    /// When the value of a write is over.
    pub fn expiry(&self, tag: Tag) -> Option<WallTime> {
        self.expiries.get(&tag).copied()
    }

    /// The operations by key.
    pub fn keys(&self) -> impl Iterator<Item = (Name, &[Event])> {
        self.events.iter().map(|(key, events)| (*key, events.as_slice()))
    }

    /// How many operations there are.
    pub fn len(&self) -> usize {
        self.events.values().map(Vec::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.end.map_or_else(|| "?".to_owned(), |end| end.to_string());
        write!(f, "[{:>5} .. {end:>5}] ", self.begin)?;
        match self.act {
            Act::Read(tag) => write!(f, "reads {}", short(tag))?,
            Act::Look(tag) => write!(f, "is in the store: {}", short(tag))?,
            Act::Write(tag) => write!(f, "writes {}", short(tag))?,
            Act::MayWrite(tag) => write!(f, "perhaps writes {}", short(tag))?,
            Act::Change(Some(before), after) => {
                write!(f, "changes {} to {}", short(before), short(after))?;
            }
            Act::Change(None, after) => write!(f, "changes something to {}", short(after))?,
        }
        write!(f, "   ({})", self.text)
    }
}
