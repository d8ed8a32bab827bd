//! What becomes of values when the shape of their type changes.

use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::value::Plain;
use forebay_state::{Home, Migrations, State, Table, TableId, Tables};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

use super::rig::SEGMENT;
use super::strict::contents;

/// The shop as it was at first.
mod v1 {
    use super::{Deserialize, Serialize, State, Table};

    #[derive(State, Clone)]
    #[state(name = "shop")]
    pub(super) struct Shop {
        #[table(id = 1)]
        pub(super) users: Table<u32, User>,
        #[table(id = 2)]
        pub(super) notes: Table<u32, String>,
    }

    #[derive(Clone, Serialize, Deserialize)]
    pub(super) struct User {
        pub(super) name: String,
        pub(super) mail: String,
    }
}

/// Two hops later.
mod v3 {
    use super::{Deserialize, Error, Migrations, Serialize, State, Table, v1};

    #[derive(State, Clone)]
    #[state(name = "shop", migrations = migrations)]
    pub(super) struct Shop {
        #[table(id = 1, version = 3)]
        pub(super) users: Table<u32, User>,
        #[table(id = 2)]
        pub(super) notes: Table<u32, String>,
    }

    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub(super) struct User {
        pub(super) first: String,
        pub(super) last: String,
        pub(super) email: Option<String>,
    }

    #[derive(Serialize)]
    struct UserV2 {
        first: String,
        last: String,
        mail: String,
    }

    pub(super) fn migrations() -> Migrations<Shop> {
        Migrations::new()
            .hop(Shop::USERS, 1, |old: v1::User| {
                assert!(old.name != "panic", "there is a user called {}", old.name);
                let (first, last) = old.name.split_once(' ').ok_or(Error::invalid("one name"))?;
                Ok(UserV2 { first: first.into(), last: last.into(), mail: old.mail })
            })
            .hop_plain(Shop::USERS, 2, |mut user| {
                user.rename("mail", "email")?;
                Ok(user)
            })
    }
}

/// The same as `v3` without a word about what has changed.
mod silent {
    use super::{State, Table, v3};

    #[derive(State, Clone)]
    #[state(name = "shop")]
    pub(super) struct Shop {
        #[table(id = 1)]
        pub(super) users: Table<u32, v3::User>,
        #[table(id = 2)]
        pub(super) notes: Table<u32, String>,
    }
}

/// One field less, and nothing else.
mod shorter {
    use super::{Deserialize, Serialize, State, Table};

    #[derive(State, Clone)]
    #[state(name = "shop")]
    pub(super) struct Shop {
        #[table(id = 1)]
        pub(super) users: Table<u32, User>,
        #[table(id = 2)]
        pub(super) notes: Table<u32, String>,
    }

    #[derive(Clone, Serialize, Deserialize)]
    pub(super) struct User {
        pub(super) name: String,
    }
}

/// Some fields more, all optional.
mod longer {
    use super::{Deserialize, Serialize, State, Table};

    #[derive(State, Clone)]
    #[state(name = "shop")]
    pub(super) struct Shop {
        #[table(id = 1)]
        pub(super) users: Table<u32, User>,
        #[table(id = 2)]
        pub(super) notes: Table<u32, String>,
    }

    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub(super) struct User {
        pub(super) phone: Option<String>,
        pub(super) mail: String,
        pub(super) name: String,
        #[serde(default)]
        pub(super) visits: u32,
    }
}

fn open<T: Tables>(disk: &SimulatedDisk) -> Result<State<T>> {
    let seams = ManualClock::new().seams(disk.steps());
    let journal = JournalSettings { segment_bytes: SEGMENT, ..JournalSettings::default() };
    State::builder(Home::simulated(disk.clone(), "s")).journal(journal).seams(seams).open()
}

/// A disk with these users in version 1, in the journal or in a snapshot.
fn disk(users: &[&str], is_snapshot: bool) -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    let state = open::<v1::Shop>(&disk).unwrap();
    for (id, name) in (1..).zip(users) {
        let user = v1::User { name: (*name).to_owned(), mail: format!("{id}@example.org") };
        let write = |tx: &mut v1::ShopTx<'_>| {
            tx.notes.put(id, "note".into())?;
            tx.users.put(id, user)
        };
        state.write_at(Durability::Synced, write).unwrap();
    }
    if is_snapshot {
        assert_eq!(state.snapshot().wait().unwrap().totals.entries(), 2 * users.len() as u64);
    }
    drop(state);
    disk.kill();
    disk
}

/// Opens it twice in vain, which changes nothing.
fn refused<T: Tables>(disk: &SimulatedDisk) -> Error {
    let before = contents(disk);
    let errors = [(); 2].map(|()| open::<T>(disk).unwrap_err());
    let [first, second] = errors.map(|error| (error.to_string(), error));
    assert_eq!(first.0, second.0);
    assert!(contents(disk) == before, "it was refused, and changed: {}", first.0);
    first.1
}

#[test]
fn values_go_from_hop_to_hop_wherever_they_were_kept() {
    for is_snapshot in [false, true] {
        let disk = disk(&["Ada Lovelace", "Alan Turing"], is_snapshot);
        let state = open::<v3::Shop>(&disk).unwrap();
        let alan = v3::User {
            first: "Alan".into(),
            last: "Turing".into(),
            email: Some("2@example.org".into()),
        };
        let view = state.read();
        assert_eq!((view.users.len(), view.users.get(&2)), (2, Some(&alan)));
        assert_eq!(view.notes.len(), 2);
        let migrated: Vec<_> = state.report().migrated.clone().into_iter().collect();
        assert_eq!(migrated, [((TableId(1), 1), 2), ((TableId(1), 2), 2)]);
    }
}

#[test]
fn what_was_migrated_is_written_in_todays_version() {
    let disk = disk(&["Ada Lovelace", "Alan Turing"], true);
    let state = open::<v3::Shop>(&disk).unwrap();
    let grace = v3::User { first: "Grace".into(), last: "Hopper".into(), email: None };
    state.write_at(Durability::Synced, |tx| tx.users.put(3, grace.clone())).unwrap();
    // The journal has a value of version 3, the snapshot those of version 1.
    drop(state);
    disk.power_cut();
    let state = open::<v3::Shop>(&disk).unwrap();
    assert_eq!(state.report().migrated.values().copied().collect::<Vec<_>>(), [2, 2]);
    state.snapshot().wait().unwrap();
    drop(state);
    disk.power_cut();
    let state = open::<v3::Shop>(&disk).unwrap();
    assert!(state.report().migrated.is_empty(), "{:?}", state.report().migrated);
    assert_eq!((state.read().users.len(), state.read().users.get(&3)), (3, Some(&grace)));
}

#[test]
fn a_hop_that_fails_or_panics_opens_nothing_and_changes_nothing() {
    for is_snapshot in [false, true] {
        let error = refused::<v3::Shop>(&disk(&["Ada Lovelace", "Plato"], is_snapshot));
        assert_eq!(error.kind(), ErrorKind::Invalid);
        let text = error.to_string();
        assert!(text.contains("`users`") && text.contains("from version 1: one name"), "{text}");
        let error = refused::<v3::Shop>(&disk(&["panic"], is_snapshot));
        let text = error.to_string();
        assert!(text.contains("panicked: there is a user called panic"), "{text}");
    }
}

#[test]
fn a_missing_hop_is_told() {
    #[derive(State, Clone)]
    #[state(name = "shop")]
    struct Shop {
        #[table(id = 1, version = 2)]
        users: Table<u32, v3::User>,
        #[table(id = 2)]
        notes: Table<u32, String>,
    }
    for is_snapshot in [false, true] {
        let error = refused::<Shop>(&disk(&["Ada Lovelace"], is_snapshot));
        assert_eq!(error.kind(), ErrorKind::Invalid);
        let text = error.to_string();
        assert!(text.contains("no hop from version 1 to version 2"), "{text}");
    }
}

#[test]
fn values_that_are_younger_than_the_program_are_left_alone() {
    for is_snapshot in [false, true] {
        let disk = SimulatedDisk::new(1);
        let state = open::<v3::Shop>(&disk).unwrap();
        let user = v3::User { first: "Ada".into(), last: "Lovelace".into(), email: None };
        state.write_at(Durability::Synced, |tx| tx.users.put(1, user)).unwrap();
        if is_snapshot {
            state.snapshot().wait().unwrap();
        }
        drop(state);
        disk.kill();
        let text = refused::<v1::Shop>(&disk).to_string();
        assert!(text.contains("version 3") && text.contains("younger than this program"), "{text}");
    }
}

#[test]
fn a_shape_that_has_changed_without_a_version_is_noticed() {
    for is_snapshot in [false, true] {
        let disk = disk(&["Ada Lovelace"], is_snapshot);
        assert_eq!(refused::<silent::Shop>(&disk).kind(), ErrorKind::Invalid);
        let error = refused::<shorter::Shop>(&disk);
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().contains("stored field `mail` of `User`"), "{error}");
    }
}

#[test]
fn new_optional_fields_and_another_order_need_no_hop() {
    for is_snapshot in [false, true] {
        let state = open::<longer::Shop>(&disk(&["Ada Lovelace"], is_snapshot)).unwrap();
        let (mail, name) = ("1@example.org".into(), "Ada Lovelace".into());
        let ada = longer::User { phone: None, mail, name, visits: 0 };
        assert_eq!(state.read().users.get(&1), Some(&ada));
        assert!(state.report().migrated.is_empty());
    }
}

#[test]
fn hops_that_cannot_be_meant_are_refused_before_anything_is_read() {
    fn twice() -> Migrations<Shop> {
        let none = |_: Plain| Ok(Plain::None);
        Migrations::new().hop_plain(Shop::USERS, 1, none).hop_plain(Shop::USERS, 1, none)
    }
    #[derive(State, Clone)]
    #[state(name = "shop", migrations = twice)]
    struct Shop {
        #[table(id = 1, version = 2)]
        users: Table<u32, String>,
    }
    fn beyond() -> Migrations<Late> {
        Migrations::new().hop_plain(Late::USERS, 1, |_| Ok(Plain::None))
    }
    #[derive(State, Clone)]
    #[state(name = "shop", migrations = beyond)]
    struct Late {
        #[table(id = 1)]
        users: Table<u32, String>,
    }
    let disk = SimulatedDisk::new(1);
    let error = open::<Shop>(&disk).unwrap_err().to_string();
    assert!(error.contains("two hops from version 1"), "{error}");
    let error = open::<Late>(&disk).unwrap_err().to_string();
    assert!(error.contains("beyond today's, 1"), "{error}");
    assert!(disk.files("s").is_empty());
}

#[test]
fn a_hop_may_look_at_the_bytes() {
    fn from_bytes() -> Migrations<Shop> {
        Migrations::new().hop_bytes(Shop::NOTES, 1, |bytes| Ok(bytes.len() as u64))
    }
    #[derive(State, Clone)]
    #[state(name = "shop", retired(1), migrations = from_bytes)]
    struct Shop {
        #[table(id = 2, version = 2)]
        notes: Table<u32, u64>,
    }
    let state = open::<Shop>(&disk(&["Ada Lovelace"], false)).unwrap();
    // A tag that has the length in it, and four letters.
    assert_eq!(state.read().notes.get(&1), Some(&5));
    assert_eq!(state.report().retired, 1);
}
