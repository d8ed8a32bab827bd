//! Unique indexes.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Home, State};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, ErrorKind};

use super::library::{Book, Library, LibraryTx};

fn with_two() -> State<Library> {
    let state = State::<Library>::memory();
    state.write(put_two).unwrap();
    state
}

fn put_two(tx: &mut LibraryTx<'_>) -> forebay_store::Result<()> {
    tx.books.put(1, Book::new("novel", Some(100)))?;
    tx.books.put(2, Book::new("poem", Some(200)))
}

fn holders(state: &State<Library>) -> Vec<(u64, u32)> {
    let view = state.read();
    view.indexes().by_number.iter().map(|(number, key, _)| (*number, *key)).collect()
}

#[test]
fn a_clash_names_the_index_and_the_holder_and_takes_back_the_whole_transaction() {
    let state = with_two();
    let before = state.revision();
    let error = state
        .write(|tx| {
            tx.words.put("unrelated".into(), 1)?;
            tx.books.put(3, Book::new("essay", Some(200)))
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(
        error.to_string(),
        "the index `by_number` of the table `books` is unique: 200 is that of 2 and cannot be that of 3"
    );
    let view = state.read();
    assert!(view.words.is_empty() && !view.books.contains(&3));
    assert_eq!(state.revision(), before);
    assert_eq!(holders(&state), [(100, 1), (200, 2)]);
}

#[test]
fn a_clash_within_a_transaction_is_refused() {
    let state = State::<Library>::memory();
    let error = state
        .write(|tx| {
            tx.books.put(7, Book::new("a", Some(5)))?;
            tx.books.put(3, Book::new("b", Some(5)))
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(state.read().books.is_empty());
}

#[test]
fn two_entries_may_swap_what_is_unique() {
    let state = with_two();
    state
        .write(|tx| {
            tx.books.update(&1, |book| book.number = Some(200))?;
            assert_eq!(tx.indexes().by_number.get(&200).map(|(key, _)| *key), Some(1));
            tx.books.update(&2, |book| book.number = Some(100))?;
            Ok(())
        })
        .unwrap();
    assert_eq!(holders(&state), [(100, 2), (200, 1)]);
}

#[test]
fn what_is_unique_may_pass_to_another_entry() {
    let state = with_two();
    state
        .write(|tx| {
            tx.books.put(3, Book::new("essay", Some(200)))?;
            tx.books.delete(&2);
            Ok(())
        })
        .unwrap();
    assert_eq!(holders(&state), [(100, 1), (200, 3)]);
    state
        .write(|tx| {
            tx.books.clear();
            tx.books.put(4, Book::new("essay", Some(200)))
        })
        .unwrap();
    assert_eq!(holders(&state), [(200, 4)]);
}

#[test]
fn an_entry_may_change_and_keep_what_is_unique() {
    let state = with_two();
    state.write(|tx| tx.books.update(&1, |book| book.year = 2000)).unwrap();
    state.write(|tx| tx.books.put(1, Book::new("again", Some(100)))).unwrap();
    let view = state.read();
    let (_, book) = view.indexes().by_number.get(&100).unwrap();
    assert_eq!(book.genre, "again");
}

#[test]
fn what_is_accepted_and_not_yet_shown_is_in_the_indexes_of_a_transaction() {
    let home = Home::simulated(SimulatedDisk::new(1), "library");
    let state = State::<Library>::builder(home).seams(ManualClock::new().seams(1)).open().unwrap();
    let first = state.submit(Durability::Synced, put_two).unwrap();
    let second = state
        .submit(Durability::Synced, |tx| {
            let genres: Vec<_> = tx.indexes().by_genre.iter().map(|(by, ..)| by.clone()).collect();
            assert_eq!(genres, ["novel", "poem"]);
            tx.books.update(&1, |book| book.genre = "drama".into())
        })
        .unwrap();
    assert!(state.read().indexes().by_genre.is_empty(), "nothing is shown yet");
    let clash = state.submit(Durability::Synced, |tx| {
        assert_eq!(tx.indexes().by_genre.get("novel").count(), 0);
        assert_eq!(tx.indexes().by_genre.get("drama").count(), 1);
        tx.books.put(3, Book::new("essay", Some(200)))
    });
    assert_eq!(clash.map(drop).unwrap_err().kind(), ErrorKind::Refused);
    state.write(|tx| tx.books.put(4, Book::new("essay", Some(300)))).unwrap();
    drop((first, second));
    assert_eq!(holders(&state), [(100, 1), (200, 2), (300, 4)]);
    let view = state.read();
    let genres = view.indexes().by_genre.iter().map(|(by, ..)| by.as_str());
    assert!(genres.eq(["drama", "essay", "poem"]));
    // What is shown is in nobody's way any more.
    state.write_at(Durability::Memory, |tx| Ok(tx.books.delete(&1))).unwrap();
    state
        .write(|tx| {
            assert!(!tx.indexes().by_genre.contains("drama"));
            tx.books.put(5, Book::new("novel", Some(100)))
        })
        .unwrap();
}
