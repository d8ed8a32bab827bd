//! What is kept: two tables, one of them with indexes.

use std::collections::{BTreeMap, BTreeSet};

use forebay_state::{Columns, State, Table, View};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Columns)]
pub(crate) struct Person {
    pub(crate) email: u16,
    pub(crate) team: u16,
    pub(crate) visits: i64,
    pub(crate) about: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Note {
    Joined,
    Said { times: u64, text: String },
}

#[derive(State, Clone)]
pub(crate) struct Book {
    #[table(id = 1)]
    #[index(by_email = email, unique)]
    #[index(by_team = team)]
    pub(crate) people: Table<u32, Person>,
    #[table(id = 300)]
    pub(crate) notes: Table<(u32, String), Note>,
}

/// Everything in the tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Content {
    pub(crate) people: BTreeMap<u32, Person>,
    pub(crate) notes: BTreeMap<(u32, String), Note>,
}

impl Content {
    pub(crate) fn of(book: &Book) -> Self {
        let people = book.people.iter().map(|(key, value)| (*key, value.clone())).collect();
        let notes = book.notes.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        Self { people, notes }
    }

    /// Two people have one address.
    pub(crate) fn clashes(&self) -> bool {
        let emails: BTreeSet<_> = self.people.values().map(|person| person.email).collect();
        emails.len() < self.people.len()
    }

    /// Whether the indexes of a view are what its table says.
    pub(crate) fn is_indexed(&self, view: &View<Book>) -> bool {
        let indexes = view.indexes();
        let mut emails: Vec<_> = self.people.iter().map(|(key, of)| (of.email, *key)).collect();
        let mut teams: Vec<_> = self.people.iter().map(|(key, of)| (of.team, *key)).collect();
        emails.sort_unstable();
        teams.sort_unstable();
        indexes.by_email.iter().map(|(by, key, _)| (*by, *key)).eq(emails)
            && indexes.by_team.iter().map(|(by, key, _)| (*by, *key)).eq(teams)
    }

    /// In few words.
    pub(crate) fn short(&self) -> String {
        let last = self.notes.get(&(u32::MAX, "last".to_owned()));
        format!("{} people, {} notes, last {last:?}", self.people.len(), self.notes.len())
    }
}
