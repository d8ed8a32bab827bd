//! What a state has promised: every state that it was ever in, and how safe each is.

use std::collections::BTreeMap;

use forebay_state::{Revision, View};
use forebay_store::Durability;

use super::ledger::{Account, Entry, Ledger};

/// Everything in the tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Content {
    pub(crate) accounts: BTreeMap<u32, Account>,
    pub(crate) entries: BTreeMap<(u32, String), Entry>,
}

impl Content {
    pub(crate) fn of(view: &View<Ledger>) -> Self {
        let accounts = view.accounts.iter().map(|(key, value)| (*key, value.clone())).collect();
        let entries =
            view.entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        Self { accounts, entries }
    }
}

/// The states after each transaction that was accepted, in order.
#[derive(Debug)]
pub(crate) struct Model {
    /// The first is the one before all of them.
    states: Vec<Accepted>,
    /// How many of them are shown.
    shown: usize,
    /// So many are there after a kill, and after a power cut.
    written: usize,
    synced: usize,
}

#[derive(Debug)]
struct Accepted {
    content: Content,
    revision: Revision,
    rung: Durability,
}

impl Model {
    pub(crate) fn new() -> Self {
        let (content, revision) = (Content::default(), Revision::default());
        let first = Accepted { content, revision, rung: Durability::Memory };
        Self { states: vec![first], shown: 0, written: 0, synced: 0 }
    }

    /// The number of the last transaction.
    pub(crate) fn last(&self) -> usize {
        self.states.len() - 1
    }

    /// What a transaction sees that begins now.
    pub(crate) fn newest(&self) -> &Content {
        &self.states.last().expect("the first is there").content
    }

    /// A transaction was accepted; says its number. One that has changed nothing has that of the last one.
    pub(crate) fn accept(
        &mut self,
        content: Content,
        revision: Revision,
        rung: Durability,
    ) -> usize {
        let last = self.states.last().map(|last| last.revision);
        if Some(revision) > last {
            self.states.push(Accepted { content, revision, rung });
        }
        self.last()
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

    /// Somebody reads this. What is shown has been acknowledged, or is about to be.
    pub(crate) fn seen(&mut self, view: &View<Ledger>, place: &str) {
        let revision = view.revision();
        let at = self.states.iter().rposition(|state| state.revision == revision);
        let at = at.unwrap_or_else(|| panic!("{place}: nobody was given {revision}"));
        assert!(at >= self.shown, "{place}: {} were acknowledged, {at} are shown", self.shown);
        assert_eq!(Content::of(view), self.states[at].content, "{place}: revision {revision}");
        for number in 0..=at {
            self.acknowledge(number, self.states[number].rung);
        }
    }

    /// The process has ended, or the power was cut; this is what was found after it. It is one of the
    /// states, not before what was acknowledged. What is found is durable from then on.
    pub(crate) fn reopened(&mut self, found: &View<Ledger>, is_power_cut: bool, place: &str) {
        let least = if is_power_cut { self.synced } else { self.written };
        let (revision, found) = (found.revision(), Content::of(found));
        let at = self.states.iter().rposition(|state| state.content == found);
        let at = at.unwrap_or_else(|| panic!("{place}: it never was like this: {found:?}"));
        assert!(at >= least, "{place}: {least} were acknowledged, and {at} are there");
        let before = self.states.last().map(|last| last.revision);
        assert!(Some(revision) > before, "{place}: {revision} is given twice");
        self.states.truncate(at + 1);
        self.states[at].revision = revision;
        (self.shown, self.written, self.synced) = (at, at, at);
    }
}
