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

impl Act {
    /// Whether it may make its key this.
    fn makes(self, tag: Option<Tag>) -> bool {
        match self {
            Self::Write(made) | Self::MayWrite(made) | Self::Change(_, made) => made == tag,
            Self::Read(_) | Self::Look(_) => false,
        }
    }

    fn has_seen(self, tag: Option<Tag>) -> bool {
        match self {
            Self::Read(saw) | Self::Look(saw) | Self::Change(Some(saw), _) => saw == tag,
            Self::Write(_) | Self::MayWrite(_) | Self::Change(None, _) => false,
        }
    }
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
    /// Events that happen at once, or never.
    joined: Vec<[(Name, usize); 2]>,
    expiries: BTreeMap<Tag, WallTime>,
    /// What the date was meanwhile.
    pub(crate) dates: Dates,
}

impl History {
    /// Says where it is among those of its key.
    pub(crate) fn push(&mut self, key: Name, event: Event) -> usize {
        let events = self.events.entry(key).or_default();
        events.push(event);
        events.len() - 1
    }

    /// These two writes happen at once, or never.
    pub(crate) fn join(&mut self, writes: [(Name, usize); 2]) {
        self.joined.push(writes);
    }

    /// Whoever has seen one of two writes that happen at once has seen that both have happened.
    pub(crate) fn tighten(&mut self) {
        for writes in std::mem::take(&mut self.joined) {
            let ends = writes.iter().filter_map(|(key, at)| self.seen(*key, *at));
            let Some(end) = ends.min() else { continue };
            for (key, at) in writes {
                if let Some(event) = self.events.get_mut(&key).and_then(|all| all.get_mut(at)) {
                    event.end = Some(event.end.map_or(end, |known| known.min(end)));
                }
            }
        }
    }

    /// When the first who has seen this write was answered.
    fn seen(&self, key: Name, at: usize) -> Option<u64> {
        let events = self.events.get(&key)?;
        let Act::Change(_, tag) = events.get(at)?.act else { return None };
        let seen = events.iter().filter(|event| event.act.has_seen(tag));
        seen.filter_map(|event| event.end).min()
    }

    /// Whether something that may have happened after `tick` made the key this.
    pub(crate) fn may_write(&self, key: Name, tag: Option<Tag>, tick: u64) -> bool {
        let events = self.events.get(&key).map_or(&[][..], Vec::as_slice);
        let is_after = |event: &&Event| event.end.is_none_or(|end| end >= tick);
        events.iter().filter(is_after).any(|event| event.act.makes(tag))
    }

    /// Whether something that makes the key this had begun by `tick`.
    pub(crate) fn has_begun(&self, key: Name, tag: Tag, tick: u64) -> bool {
        let mut events = self.events.get(&key).into_iter().flatten();
        events.any(|event| event.begin <= tick && event.act.makes(Some(tag)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checker::check_all;

    fn push(history: &mut History, key: Name, act: Act, begin: u64, end: Option<u64>) -> usize {
        let (begin_at, end_at, text) = (Moment(begin), Moment(begin), String::new());
        history.push(key, Event { act, begin, end, begin_at, end_at, text })
    }

    /// Nobody was told of a transaction; who has seen the first of its writes sees this of the second key then.
    fn bad_keys(saw: Option<Tag>, is_joined: bool) -> Vec<Name> {
        let mut history = History::default();
        let first = push(&mut history, 0, Act::Change(None, Some(1)), 1, None);
        let second = push(&mut history, 1, Act::Change(None, Some(2)), 1, None);
        if is_joined {
            history.join([(0, first), (1, second)]);
        }
        push(&mut history, 0, Act::Read(Some(1)), 5, Some(6));
        push(&mut history, 1, Act::Read(saw), 7, Some(8));
        history.tighten();
        check_all(&history).0
    }

    #[test]
    fn who_has_seen_one_write_of_a_transaction_sees_the_other() {
        assert!(bad_keys(Some(2), true).is_empty());
        assert_eq!(bad_keys(None, true), [1]);
        assert!(bad_keys(None, false).is_empty());
    }
}
