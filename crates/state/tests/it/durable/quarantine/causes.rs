//! What comes into quarantine, why, and that it stays there.

use std::collections::BTreeMap;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::key::{KeyBytes, KeyReader, Place, Shape};
use forebay_state::value::Plain;
use forebay_state::{Cause, Key, Mode, Quarantined, State, Table, TableId, Tables};
use forebay_store::{Durability, Error, Result};
use serde::{Deserialize, Serialize};

use super::shapes::{disk, first, held, mended, open, second, user};

/// The only value in quarantine.
fn only<T: Tables>(state: &State<T>, look: impl FnOnce(Quarantined<'_>)) {
    let view = state.read();
    assert_eq!(view.quarantine().len(), 1);
    look(view.quarantine().iter().next().unwrap());
}

/// Opens it as `T`, and says why its one value is in quarantine; the value is as it was.
fn cause<T: Tables>(disk: &SimulatedDisk) -> Cause {
    let state = open::<T>(disk, Mode::Recover).unwrap();
    let mut cause = None;
    only(&state, |held| {
        assert_eq!(held.plain().unwrap().get("name"), Some(&Plain::Text("Plato".into())));
        cause = Some(held.cause().clone());
    });
    cause.unwrap()
}

/// One user called Plato, in the first shape and nothing else.
fn plato(is_snapshot: bool) -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    let state = open::<first::Shop>(&disk, Mode::Strict).unwrap();
    state.write_at(Durability::Synced, |tx| tx.users.put(1, user("Plato"))).unwrap();
    if is_snapshot {
        state.snapshot().wait().unwrap();
    }
    drop(state);
    disk.kill();
    disk
}

#[test]
fn each_value_that_cannot_be_read_is_kept_with_its_cause() {
    for is_snapshot in [false, true] {
        let disk = disk(&["Ada Lovelace", "Plato", "panic"], is_snapshot);
        let state = open::<second::Shop>(&disk, Mode::Recover).unwrap();
        let view = state.read();
        assert_eq!((view.users.len(), view.users.get(&1).unwrap().last.as_str()), (1, "Lovelace"));
        let all: Vec<_> = view.quarantine().iter().collect();
        assert_eq!(all.len(), 3);
        let [plato, panic, visit] = [all[0], all[1], all[2]];
        assert_eq!(
            (plato.table(), plato.key(), plato.version()),
            (TableId(1), &[0, 0, 0, 2][..], 1)
        );
        let failed = Cause::HopFailed { from: 1, message: "one name".into() };
        assert_eq!(*plato.cause(), failed);
        let said = "there is a user called panic".to_owned();
        assert_eq!(*panic.cause(), Cause::HopPanicked { from: 1, message: said });
        assert_eq!((visit.table(), visit.key()), (TableId(3), &b"home"[..]));
        assert_eq!(*visit.cause(), Cause::UnknownTable);
        assert_eq!(visit.plain().unwrap(), Plain::Number(7));
        let mail = Plain::Text("Plato@example.org".into());
        assert_eq!(plato.plain().unwrap().get("mail"), Some(&mail));
        assert!(plato.revision() <= view.revision() && plato.revision().0 > 0);
        assert_eq!(state.report().quarantined, view.quarantine().by_cause());
        let counts = [("hop failed", 1), ("hop panicked", 1), ("unknown table", 1)];
        assert_eq!(state.report().quarantined, BTreeMap::from(counts));
        assert!(state.report().has_loss());
    }
}

#[test]
fn it_is_told_what_hop_is_missing() {
    #[derive(State, Clone)]
    #[state(name = "shop")]
    struct Hopless {
        #[table(id = 1, version = 2)]
        users: Table<u32, second::User>,
    }
    for is_snapshot in [false, true] {
        assert_eq!(cause::<Hopless>(&plato(is_snapshot)), Cause::MissingHop { from: 1 });
    }
}

#[test]
fn it_is_told_what_is_of_the_future() {
    #[derive(State, Clone)]
    #[state(name = "shop")]
    struct Old {
        #[table(id = 1)]
        users: Table<u32, String>,
    }
    #[derive(State, Clone)]
    #[state(name = "shop")]
    struct Young {
        #[table(id = 1, version = 7)]
        users: Table<u32, first::User>,
    }
    let disk = SimulatedDisk::new(1);
    let state = open::<Young>(&disk, Mode::Strict).unwrap();
    state.write_at(Durability::Synced, |tx| tx.users.put(1, user("Plato"))).unwrap();
    drop(state);
    disk.kill();
    assert_eq!(cause::<Old>(&disk), Cause::FromFuture { current: 1 });
}

#[test]
fn a_type_that_has_changed_without_a_version_is_told() {
    #[derive(State, Clone)]
    #[state(name = "shop")]
    struct Silent {
        #[table(id = 1)]
        users: Table<u32, second::User>,
    }
    for is_snapshot in [false, true] {
        let cause = cause::<Silent>(&plato(is_snapshot));
        assert_eq!(cause.name(), "shape changed", "{cause}");
    }
}

#[test]
fn a_key_that_its_type_does_not_take_is_told() {
    /// A number that is even by now.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
    struct Even(u32);

    impl Key for Even {
        type Tail = <u32 as Key>::Tail;
        const SHAPE: Shape = u32::SHAPE;

        fn encode(&self, place: Place, out: &mut KeyBytes) {
            self.0.encode(place, out);
        }

        fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
            let number = u32::decode(bytes, place)?;
            if number % 2 == 0 { Ok(Self(number)) } else { Err(Error::corrupt("an odd number")) }
        }
    }
    #[derive(State, Clone)]
    #[state(name = "shop")]
    struct Shop {
        #[table(id = 1)]
        users: Table<Even, first::User>,
    }
    for is_snapshot in [false, true] {
        let cause = cause::<Shop>(&plato(is_snapshot));
        assert_eq!(cause, Cause::KeyNotDecoded { message: "an odd number".into() });
    }
}

#[test]
fn what_is_in_quarantine_survives() {
    for is_snapshot in [false, true] {
        let disk = disk(&["Ada Lovelace", "Plato", "panic"], is_snapshot);
        let before: Vec<_> = {
            let state = open::<second::Shop>(&disk, Mode::Recover).unwrap();
            let view = state.read();
            view.quarantine()
                .iter()
                .map(|held| format!("{held:?}").replace("true", "false"))
                .collect()
        };
        for life in 0..4 {
            disk.power_cut();
            // Nothing is lost any more, so nothing is refused.
            let state = open::<second::Shop>(&disk, Mode::Strict).unwrap();
            assert!(!state.report().has_loss() && state.report().quarantined.is_empty());
            let view = state.read();
            let now: Vec<_> = view.quarantine().iter().map(|held| format!("{held:?}")).collect();
            assert_eq!(now, before);
            state.write_at(Durability::Synced, |tx| tx.notes.put(life, "note".into())).unwrap();
            if life == 1 {
                state.snapshot().wait().unwrap();
            }
        }
        disk.power_cut();
        // A program that could read them leaves them where they are until it is told to.
        let state = open::<mended::Shop>(&disk, Mode::Strict).unwrap();
        assert_eq!((held(&state), state.read().users.len()), (vec![2, 3], 1));
    }
}

#[test]
fn what_was_in_quarantine_of_a_retired_table_goes() {
    #[derive(State, Clone)]
    #[state(name = "shop", retired(3))]
    struct Retired {
        #[table(id = 1)]
        users: Table<u32, first::User>,
        #[table(id = 2)]
        notes: Table<u32, String>,
    }
    let disk = disk(&[], false);
    drop(open::<second::Shop>(&disk, Mode::Recover).unwrap());
    disk.kill();
    let state = open::<Retired>(&disk, Mode::Strict).unwrap();
    assert!(state.read().quarantine().is_empty());
    assert_eq!(state.report().retired, 1);
}

#[test]
fn a_field_that_the_type_has_no_more_is_dropped_and_told() {
    #[derive(Clone, Serialize, Deserialize)]
    struct Short {
        name: String,
    }
    #[derive(State, Clone)]
    #[state(name = "shop")]
    struct Shorter {
        #[table(id = 1)]
        users: Table<u32, Short>,
    }
    for is_snapshot in [false, true] {
        let disk = plato(is_snapshot);
        let state = open::<Shorter>(&disk, Mode::Recover).unwrap();
        assert_eq!(state.read().users.get(&1).unwrap().name, "Plato");
        let (values, fields) = &state.report().drifted[&TableId(1)];
        assert_eq!((*values, fields.len(), fields[0].field.as_str()), (1, 1, "mail"));
        assert!(state.report().has_loss() && state.read().quarantine().is_empty());
        drop(state);
        disk.kill();
        let state = open::<Shorter>(&disk, Mode::Strict).unwrap();
        assert!(!state.report().has_loss());
    }
}
