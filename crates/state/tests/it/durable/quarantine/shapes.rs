//! A shop whose users change their shape, and not all of them survive that.

use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Builder, Home, Mode, State, Tables};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Result};

use crate::durable::rig::SEGMENT;

/// As it was at first.
pub(super) mod first {
    use forebay_state::{State, Table};
    use serde::{Deserialize, Serialize};

    #[derive(State, Clone)]
    #[state(name = "shop")]
    pub(crate) struct Shop {
        #[table(id = 1)]
        pub(crate) users: Table<u32, User>,
        #[table(id = 2)]
        pub(crate) notes: Table<u32, String>,
        #[table(id = 3)]
        pub(crate) visits: Table<String, u64>,
    }

    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub(crate) struct User {
        pub(crate) name: String,
        pub(crate) mail: String,
    }
}

/// With first and last names, which not everybody has, and without visits.
pub(super) mod second {
    use forebay_state::{Migrations, State, Table};
    use forebay_store::Error;
    use serde::{Deserialize, Serialize};

    use super::first;

    #[derive(State, Clone)]
    #[state(name = "shop", migrations = migrations)]
    pub(crate) struct Shop {
        #[table(id = 1, version = 2)]
        pub(crate) users: Table<u32, User>,
        #[table(id = 2)]
        pub(crate) notes: Table<u32, String>,
    }

    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub(crate) struct User {
        pub(crate) first: String,
        pub(crate) last: String,
        pub(crate) mail: String,
    }

    pub(super) fn migrations() -> Migrations<Shop> {
        Migrations::new().hop(Shop::USERS, 1, |old: first::User| {
            assert!(old.name != "panic", "there is a user called {}", old.name);
            let (first, last) = old.name.split_once(' ').ok_or(Error::invalid("one name"))?;
            Ok(User { first: first.into(), last: last.into(), mail: old.mail })
        })
    }
}

/// The same, with everything mended.
pub(super) mod mended {
    use forebay_state::{Migrations, State, Table};

    use super::{first, second};

    #[derive(State, Clone)]
    #[state(name = "shop", migrations = migrations)]
    pub(crate) struct Shop {
        #[table(id = 1, version = 2)]
        pub(crate) users: Table<u32, second::User>,
        #[table(id = 2)]
        pub(crate) notes: Table<u32, String>,
        #[table(id = 3)]
        pub(crate) visits: Table<String, u64>,
    }

    pub(super) fn migrations() -> Migrations<Shop> {
        Migrations::new().hop(Shop::USERS, 1, |old: first::User| {
            let (first, last) = old.name.split_once(' ').unwrap_or((&old.name, ""));
            Ok(second::User { first: first.into(), last: last.into(), mail: old.mail })
        })
    }
}

pub(super) fn builder<T: Tables>(disk: &SimulatedDisk) -> Builder<T> {
    let seams = ManualClock::new().seams(disk.steps());
    let journal = JournalSettings { segment_bytes: SEGMENT, ..JournalSettings::default() };
    State::builder(Home::simulated(disk.clone(), "s")).journal(journal).seams(seams)
}

pub(super) fn open<T: Tables>(disk: &SimulatedDisk, mode: Mode) -> Result<State<T>> {
    builder(disk).mode(mode).open()
}

pub(super) fn user(name: &str) -> first::User {
    first::User { name: name.to_owned(), mail: format!("{name}@example.org") }
}

/// A disk with these users and one visit in the first shape, in the journal or in a snapshot.
pub(super) fn disk(users: &[&str], is_snapshot: bool) -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    let state = open::<first::Shop>(&disk, Mode::Strict).unwrap();
    for (id, name) in (1..).zip(users) {
        state.write_at(Durability::Synced, |tx| tx.users.put(id, user(name))).unwrap();
    }
    state.write_at(Durability::Synced, |tx| tx.visits.put("home".into(), 7)).unwrap();
    if is_snapshot {
        state.snapshot().wait().unwrap();
    }
    drop(state);
    disk.kill();
    disk
}

/// The same, opened in the second shape: whoever has one name only is in quarantine, and the visit.
pub(super) fn recovered(users: &[&str]) -> (SimulatedDisk, State<second::Shop>) {
    let disk = disk(users, true);
    let state = open::<second::Shop>(&disk, Mode::Recover).unwrap();
    (disk, state)
}

/// The users in quarantine, by their ids.
pub(super) fn held<T: Tables>(state: &State<T>) -> Vec<u32> {
    let view = state.read();
    let users = view.quarantine().of_table(forebay_state::TableId(1));
    users.map(|user| u32::from_be_bytes(user.key().try_into().unwrap())).collect()
}
