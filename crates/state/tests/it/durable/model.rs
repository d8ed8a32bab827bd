//! What a state has promised: every state that it was ever in, and how safe each is.

use std::collections::BTreeMap;

use forebay_state::View;
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
    states: Vec<Content>,
    /// How many of them are acknowledged at each rung, so that the state after so many is there.
    shown: usize,
    written: usize,
    synced: usize,
}

impl Model {
    pub(crate) fn new() -> Self {
        Self { states: vec![Content::default()], shown: 0, written: 0, synced: 0 }
    }

    /// The number of the last transaction.
    pub(crate) fn last(&self) -> usize {
        self.states.len() - 1
    }

    /// What a transaction sees that begins now.
    pub(crate) fn newest(&self) -> &Content {
        self.states.last().expect("the first is there")
    }

    /// What everybody sees at least.
    pub(crate) fn shown(&self) -> &Content {
        &self.states[self.shown]
    }

    /// A transaction was accepted; says its number.
    pub(crate) fn accept(&mut self, content: Content) -> usize {
        self.states.push(content);
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

    /// The process has ended, or the power was cut; this is what was found after it. It is one of the
    /// states, not before what was acknowledged. What is found is durable from then on.
    pub(crate) fn reopened(&mut self, found: &Content, is_power_cut: bool, place: &str) {
        let least = if is_power_cut { self.synced } else { self.written };
        let at = self.states.iter().rposition(|state| state == found);
        let at = at.unwrap_or_else(|| panic!("{place}: it never was like this: {found:?}"));
        assert!(at >= least, "{place}: {least} were acknowledged, and {at} are there");
        self.states.truncate(at + 1);
        (self.shown, self.written, self.synced) = (at, at, at);
    }
}
