//! Indexes of a state that is opened.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Clashes, Home, State, Table, Tables};
use forebay_store::ErrorKind;
use forebay_store::seam::manual::ManualClock;

use super::library::{Book, Library};

fn open<T: Tables>(disk: &SimulatedDisk) -> forebay_store::Result<State<T>> {
    let home = Home::simulated(disk.clone(), "library");
    State::<T>::builder(home).seams(ManualClock::new().seams(1)).open()
}

/// The same state before its numbers had to be unique.
#[derive(State, Clone)]
#[state(name = "library")]
struct Before {
    #[table(id = 1)]
    #[index(by_year: u16 = year)]
    books: Table<u32, Book>,
}

#[test]
fn indexes_are_made_anew_when_a_state_is_opened() {
    let disk = SimulatedDisk::new(1);
    let state = open::<Before>(&disk).unwrap();
    for key in 0..100 {
        let book = Book::new(if key % 3 == 0 { "novel" } else { "poem" }, Some(key.into()));
        state.write(|tx| tx.books.put(key, book)).unwrap();
    }
    assert_eq!(state.read().indexes().by_year.get(&1900).len(), 100);
    drop(state);

    let state = open::<Library>(&disk).unwrap();
    let view = state.read();
    assert_eq!(view.indexes().by_genre.get("novel").len(), 34);
    assert_eq!(view.indexes().by_number.get(&77).map(|(key, _)| *key), Some(77));
    drop(view);
    let clash = state.write(|tx| tx.books.put(500, Book::new("novel", Some(77)))).unwrap_err();
    assert_eq!(clash.kind(), ErrorKind::Refused);
}

#[test]
fn a_state_that_breaks_a_new_unique_index_is_not_opened_and_stays_as_it_is() {
    let disk = SimulatedDisk::new(1);
    let state = open::<Before>(&disk).unwrap();
    state
        .write(|tx| (0..4).try_for_each(|key| tx.books.put(key, Book::new("a", Some(7)))))
        .unwrap();
    let mut clashes = Clashes::default();
    let tables = state.read();
    let library =
        Library { books: tables.books.clone(), words: forebay_state::HashTable::default() };
    let made = library.index(&mut clashes);
    assert_eq!((clashes.count(), clashes.told().len()), (3, 3));
    assert_eq!(made.by_number.get(&7).map(|(key, _)| *key), Some(0), "the lowest of all");
    assert_eq!(made.by_number.len(), 4, "all can be found");
    drop((tables, state));

    for _ in 0..2 {
        let error = open::<Library>(&disk).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(
            error
                .to_string()
                .contains("`by_number` of the table `books` is unique: 7 is that of 0"),
            "{error}"
        );
    }
    assert_eq!(open::<Before>(&disk).unwrap().read().books.len(), 4);
}
