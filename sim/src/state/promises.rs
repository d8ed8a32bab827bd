//! What a state has promised: every state that it was ever in, and how safe each is.

use std::sync::Arc;

use forebay_state::{Revision, View};
use forebay_store::Durability;

use super::book::{Book, Content};

/// The states after each transaction that was accepted, in order.
#[derive(Debug)]
pub(crate) struct Promises {
    /// The first is the one before all of them.
    states: Vec<Accepted>,
    /// How many of them were acknowledged, or seen.
    shown: usize,
    /// So many are there after a kill, and after a power cut.
    written: usize,
    synced: usize,
    /// From here on they were answered with an error: nobody sees them before the state is opened again.
    unknown: usize,
}

#[derive(Debug)]
struct Accepted {
    content: Arc<Content>,
    revision: Revision,
    rung: Durability,
    /// The mail that is part of it.
    mail: Option<u16>,
}

impl Promises {
    pub(crate) fn new() -> Self {
        let content = Arc::default();
        let (rung, revision) = (Durability::Memory, Revision::default());
        let first = Accepted { content, revision, rung, mail: None };
        Self { states: vec![first], shown: 0, written: 0, synced: 0, unknown: usize::MAX }
    }

    /// What a transaction sees that begins now.
    pub(crate) fn newest(&self) -> Arc<Content> {
        Arc::clone(&self.last().content)
    }

    fn last(&self) -> &Accepted {
        self.states.last().expect("the first is there")
    }

    /// The revision of the last one that was accepted.
    pub(crate) fn revision(&self) -> Revision {
        self.last().revision
    }

    /// The number of the last one that was accepted.
    pub(crate) fn count(&self) -> usize {
        self.states.len() - 1
    }

    /// A transaction was accepted; says its number. One that has changed nothing is as the one before.
    pub(crate) fn accept(
        &mut self,
        content: Content,
        (revision, rung, mail): (Revision, Durability, Option<u16>),
    ) -> usize {
        if revision > self.last().revision {
            self.states.push(Accepted { content: content.into(), revision, rung, mail });
        }
        self.states.len() - 1
    }

    /// What was shown when this was the revision.
    pub(crate) fn at(&self, revision: Revision) -> Option<Arc<Content>> {
        let state = self.states.iter().rfind(|state| state.revision == revision)?;
        Some(Arc::clone(&state.content))
    }

    /// It is acknowledged, and with it all before it.
    pub(crate) fn acknowledge(&mut self, number: usize, rung: Durability) {
        self.shown = self.shown.max(number);
        if rung >= Durability::Journaled {
            self.written = self.written.max(number);
        }
        if rung >= Durability::Synced {
            self.synced = self.synced.max(number);
        }
    }

    /// It was answered with an error, and so is all behind it.
    pub(crate) fn refuse(&mut self, number: usize) {
        self.unknown = self.unknown.min(number);
    }

    /// Somebody reads this. What is shown has been acknowledged, or is about to be.
    pub(crate) fn seen(&mut self, view: &View<Book>) -> Result<(), String> {
        let revision = view.revision();
        let at = self.states.iter().rposition(|state| state.revision == revision);
        let at = at.ok_or_else(|| format!("nobody was given revision {revision}"))?;
        if at < self.shown {
            return Err(format!("{} were acknowledged, and {at} are shown", self.shown));
        }
        if at >= self.unknown {
            return Err(format!("{} was answered with an error, and {at} are shown", self.unknown));
        }
        if *self.states[at].content != Content::of(view) {
            let (is, should) = (Content::of(view).short(), self.states[at].content.short());
            return Err(format!("revision {revision} is not what was made: {is}, not {should}"));
        }
        if !self.states[at].content.is_indexed(view) {
            return Err(format!("the indexes of revision {revision} are not those of its tables"));
        }
        for number in 0..=at {
            self.acknowledge(number, self.states[number].rung);
        }
        Ok(())
    }

    /// The owner has ended; this is what the next one finds. It is one of the states, not before what
    /// was acknowledged at `safe`. What is found is durable from then on.
    pub(crate) fn reopened(&mut self, view: &View<Book>, safe: Durability) -> Result<(), String> {
        let least = match safe {
            Durability::Memory => self.shown,
            Durability::Journaled => self.written,
            _ => self.synced,
        };
        let (revision, found) = (view.revision(), Content::of(view));
        let at = self.states.iter().rposition(|state| *state.content == found);
        let at = at.ok_or_else(|| format!("it never was like this: {}", found.short()))?;
        if at < least {
            return Err(format!("{least} were acknowledged at {safe:?}, and {at} are there"));
        }
        if !found.is_indexed(view) {
            return Err("the indexes that were rebuilt are not those of the tables".to_owned());
        }
        if revision <= self.last().revision {
            return Err(format!("revision {revision} is given twice"));
        }
        self.states.truncate(at + 1);
        self.states[at].revision = revision;
        (self.shown, self.written, self.synced, self.unknown) = (at, at, at, usize::MAX);
        Ok(())
    }

    /// The mails of all that are there.
    pub(crate) fn mails(&self) -> impl Iterator<Item = u16> {
        self.states.iter().filter_map(|state| state.mail)
    }
}
