//! Values in quarantine are tried once more.

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_state::{Migrations, Mode, State, Table, TableId};
use forebay_store::{Durability, Error, ErrorKind};
use serde::{Deserialize, Serialize};

use super::shapes::{builder, disk, first, held, mended, open, recovered, second};

/// Opens with a program that can read everything.
fn mended(disk: &SimulatedDisk) -> State<mended::Shop> {
    builder(disk).rung(Durability::Synced).open().unwrap()
}

#[test]
fn what_can_be_read_by_now_comes_back_in_one_transaction() {
    let (disk, state) = recovered(&["Ada Lovelace", "Plato", "panic"]);
    let nothing = state.retry_quarantine(|_| true).wait().unwrap();
    assert_eq!((nothing.back, nothing.left), (0, 3));
    let first = nothing.first.unwrap().to_string();
    assert!(first.contains("`users`: the hop from version 1: one name"), "{first}");
    drop(state);
    disk.kill();

    let state = mended(&disk);
    let before = state.revision();
    let (_, mut watch) = state.watch(mended::Shop::USERS).begin().unwrap();
    let one = state.retry_quarantine(|value| value.key() == [0, 0, 0, 2]).wait().unwrap();
    assert_eq!((one.back, one.left), (1, 0));
    assert_eq!(held(&state), [3]);
    let rest = state.retry_quarantine(|_| true).wait().unwrap();
    assert_eq!((rest.back, rest.left, rest.first.is_none()), (2, 0, true));
    assert!(state.read().quarantine().is_empty());
    assert_eq!(state.revision().0, before.0 + 2);
    let batch = watch.wait().unwrap();
    assert_eq!((batch.changes.len(), *batch.changes[0].key()), (1, 2));
    state.sync().wait().unwrap();
    drop(state);
    disk.power_cut();
    let state = mended(&disk);
    let view = state.read();
    assert_eq!((view.users.len(), view.visits.get("home")), (3, Some(&7)));
    assert_eq!(view.users.get(&2).unwrap().first, "Plato");
    assert!(view.quarantine().is_empty());
}

#[test]
fn a_retry_does_not_undo_what_was_accepted_before_it() {
    let (disk, state) = recovered(&["Plato", "Socrates"]);
    drop(state);
    disk.kill();
    let state = mended(&disk);
    let [first, last, mail] = ["Platon", "", ""].map(str::to_owned);
    let user = second::User { first, last, mail };
    let put = state.submit(Durability::Synced, |tx| tx.users.put(1, user)).unwrap();
    // It is accepted, and nobody sees it yet.
    assert_eq!(held(&state), [1, 2]);
    let retried = state.retry_quarantine(|value| value.table() == TableId(1)).wait().unwrap();
    assert_eq!(retried.back, 1);
    put.receipt.shown().wait().unwrap();
    assert_eq!(state.read().users.get(&1).unwrap().first, "Platon");
    assert!(held(&state).is_empty());
}

#[test]
fn a_retry_on_a_full_disk_loses_nothing() {
    for call in [Call::Write, Call::Sync] {
        let (disk, state) = recovered(&["Plato"]);
        drop(state);
        disk.kill();
        let state = mended(&disk);
        disk.fail_from(call, 0, Fault::Full);
        assert!(state.retry_quarantine(|_| true).wait().is_err());
        assert_eq!((held(&state), state.read().users.len()), (vec![1], 0));
        drop(state);
        disk.kill();
        disk.heal();
        let state = mended(&disk);
        let view = state.read();
        assert_eq!(view.users.len() + held(&state).len(), 1, "{call:?}");
    }
}

#[test]
fn a_unique_index_that_has_no_room_refuses_all() {
    fn migrations() -> Migrations<Unique> {
        Migrations::new().hop(Unique::USERS, 1, |old: first::User| {
            Ok(Named { name: old.name.chars().take(1).collect() })
        })
    }
    #[derive(State, Clone)]
    #[state(name = "shop", migrations = migrations, retired(3))]
    struct Unique {
        #[table(id = 1, version = 2)]
        #[index(by_name: String = name, unique)]
        users: Table<u32, Named>,
    }
    #[derive(Clone, Serialize, Deserialize)]
    struct Named {
        name: String,
    }
    #[derive(State, Clone)]
    #[state(name = "shop", migrations = none, retired(3))]
    struct Hopless {
        #[table(id = 1, version = 2)]
        users: Table<u32, Named>,
    }
    fn none() -> Migrations<Hopless> {
        Migrations::new().hop(Hopless::USERS, 1, |_: first::User| {
            Err::<Named, _>(Error::invalid("nobody is named"))
        })
    }
    let disk = disk(&["Plato", "Plutarch", "Ada"], false);
    drop(open::<Hopless>(&disk, Mode::Recover).unwrap());
    disk.kill();
    let state = open::<Unique>(&disk, Mode::Strict).unwrap();
    let error = state.retry_quarantine(|_| true).wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!((held(&state), state.read().users.len()), (vec![1, 2, 3], 0));
    let some = state.retry_quarantine(|value| value.key() != [0, 0, 0, 2]).wait().unwrap();
    assert_eq!((some.back, held(&state)), (2, vec![2]));
    assert_eq!(state.read().indexes().by_name.get("A").map(|(id, _)| *id), Some(3));
}
