//! A strict opening decides on what is left at the end, and changes nothing if it refuses.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Mode, State, Table, Tables};
use forebay_store::{Durability, Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

use super::shapes::{disk, first, open, second, user};
use crate::durable::strict::contents;

type Tx<'t> = first::ShopTx<'t>;

/// Opens it twice in vain, which changes nothing.
fn refused<T: Tables>(disk: &SimulatedDisk) -> Error {
    let before = contents(disk);
    let errors = [(); 2].map(|()| open::<T>(disk, Mode::Strict).unwrap_err());
    let [first, second] = errors.map(|error| (error.to_string(), error));
    assert_eq!(first.0, second.0);
    assert!(contents(disk) == before, "it was refused, and changed: {}", first.0);
    first.1
}

#[test]
fn a_value_that_was_replaced_or_deleted_later_refuses_no_opening() {
    let endings: [fn(&mut Tx<'_>) -> Result<()>; 3] = [
        |tx| tx.users.put(2, user("Plato of Athens")),
        |tx| {
            tx.users.delete(&2);
            Ok(())
        },
        |tx| {
            tx.users.clear();
            Ok(())
        },
    ];
    for (at, ending) in endings.into_iter().enumerate() {
        for is_snapshot in [false, true] {
            let disk = disk(&["Ada Lovelace", "Plato"], is_snapshot);
            let state = open::<first::Shop>(&disk, Mode::Strict).unwrap();
            let write = |tx: &mut Tx<'_>| {
                tx.visits.clear();
                ending(tx)
            };
            state.write_at(Durability::Synced, write).unwrap();
            drop(state);
            disk.kill();
            let state = open::<second::Shop>(&disk, Mode::Strict).unwrap();
            assert_eq!(state.read().users.len(), [2, 1, 0][at]);
            assert!(state.read().quarantine().is_empty() && !state.report().has_loss());
        }
    }
}

/// The same with a field that the type has no more, which is noticed value by value.
#[test]
fn a_field_that_is_gone_counts_only_in_what_is_left() {
    #[derive(Clone, Serialize, Deserialize)]
    struct Short {
        name: String,
    }
    #[derive(State, Clone)]
    #[state(name = "shop", retired(3))]
    struct Shorter {
        #[table(id = 1)]
        users: Table<u32, Short>,
    }
    for is_snapshot in [false, true] {
        let disk = disk(&["Plato", "Socrates"], is_snapshot);
        let text = refused::<Shorter>(&disk).to_string();
        assert!(text.contains("stored field `mail` of `User`"), "{text}");
        assert!(text.contains("1 more values"), "{text}");
        let state = open::<first::Shop>(&disk, Mode::Strict).unwrap();
        state
            .write_at(Durability::Synced, |tx| {
                tx.users.clear();
                Ok(())
            })
            .unwrap();
        drop(state);
        disk.kill();
        let state = open::<Shorter>(&disk, Mode::Strict).unwrap();
        let plato = Short { name: "Plato".into() };
        state.write_at(Durability::Synced, |tx| tx.users.put(1, plato)).unwrap();
        drop(state);
        disk.kill();
        // What is read after one that lacks something is not taken for one.
        let state = open::<Shorter>(&disk, Mode::Strict).unwrap();
        assert_eq!(state.read().users.get(&1).unwrap().name, "Plato");
        assert!(!state.report().has_loss());
    }
}

#[test]
fn a_value_that_cannot_be_read_replaces_the_one_before_it() {
    let disk = disk(&["Ada Lovelace"], false);
    let state = open::<first::Shop>(&disk, Mode::Strict).unwrap();
    state.write_at(Durability::Synced, |tx| tx.users.put(1, user("Plato"))).unwrap();
    drop(state);
    disk.kill();
    let state = open::<second::Shop>(&disk, Mode::Recover).unwrap();
    assert_eq!((state.read().users.len(), super::shapes::held(&state)), (0, vec![1]));
}

#[test]
fn a_refusal_names_the_first_and_counts_the_others() {
    for is_snapshot in [false, true] {
        let error =
            refused::<second::Shop>(&disk(&["Plato", "Ada Lovelace", "panic"], is_snapshot));
        assert_eq!(error.kind(), ErrorKind::Invalid);
        let text = error.to_string();
        assert!(text.contains("`users`") && text.contains("from version 1: one name"), "{text}");
        assert!(text.contains("2 more values"), "{text}");
    }
}
