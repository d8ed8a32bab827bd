//! An index is what it would be if it were made anew, whatever has happened.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_state::{Clashes, State, Tables, View};
use forebay_store::{Error, ErrorKind, Result};
use proptest::collection::vec;
use proptest::prelude::*;

use super::library::{Author, Book, Library, LibraryTx, let_the_index_panic};

#[derive(Clone, Debug)]
enum Edit {
    Put(u32, Book),
    Insert(u32, Book),
    SetYear(u32, u16),
    Delete(u32),
    RetainOdd,
    Clear,
    Words(u64),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Well,
    Error,
    Panic,
    /// In the function of an index, after so many calls.
    IndexPanic(u32),
}

fn book() -> impl Strategy<Value = Book> {
    let text = prop_oneof!["[ab]{0,2}", Just("a\0".to_owned()), Just("a\0b".to_owned())];
    (text.clone(), text.clone(), 0..2000_u16, vec(text, 0..3), prop::option::of(0..30_u64))
        .prop_map(|(genre, name, year, tags, number)| Book {
            genre,
            author: Author { name },
            year,
            tags,
            number,
        })
}

fn steps() -> impl Strategy<Value = Vec<(Vec<Edit>, End)>> {
    let keys = 0..60_u32;
    let edit = prop_oneof![
        8 => (keys.clone(), book()).prop_map(|(key, book)| Edit::Put(key, book)),
        2 => (keys.clone(), book()).prop_map(|(key, book)| Edit::Insert(key, book)),
        3 => (keys.clone(), 0..2000_u16).prop_map(|(key, year)| Edit::SetYear(key, year)),
        4 => keys.prop_map(Edit::Delete),
        1 => Just(Edit::RetainOdd),
        1 => Just(Edit::Clear),
        2 => (0..40_u64).prop_map(Edit::Words),
    ];
    let end = prop_oneof![
        8 => Just(End::Well),
        1 => Just(End::Error),
        1 => Just(End::Panic),
        1 => (1..6_u32).prop_map(End::IndexPanic),
    ];
    vec((vec(edit, 0..12), end), 0..30)
}

type Books = BTreeMap<u32, Book>;

fn edit(edit: &Edit, tx: &mut LibraryTx<'_>, books: &mut Books) -> Result<()> {
    match edit {
        Edit::Put(key, book) => {
            tx.books.put(*key, book.clone())?;
            books.insert(*key, book.clone());
        }
        Edit::Insert(key, book) => {
            assert_eq!(tx.books.insert(*key, book.clone()).is_ok(), !books.contains_key(key));
            books.entry(*key).or_insert_with(|| book.clone());
        }
        Edit::SetYear(key, year) => {
            tx.books.update(key, |book| book.year = *year)?;
            books.entry(*key).and_modify(|book| book.year = *year);
        }
        Edit::Delete(key) => assert_eq!(tx.books.delete(key), books.remove(key).is_some()),
        Edit::RetainOdd => {
            tx.books.retain(|key, _| key % 2 == 1)?;
            books.retain(|key, _| key % 2 == 1);
        }
        Edit::Clear => {
            tx.books.clear();
            books.clear();
        }
        Edit::Words(count) => {
            for at in 0..*count {
                tx.words
                    .put("x".repeat(usize::try_from(at % 7).unwrap()) + &at.to_string(), at % 3)?;
            }
        }
    }
    Ok(())
}

/// What an index has, made of the books themselves.
fn expected<I: Ord>(books: &Books, keys: impl Fn(&Book) -> Vec<I>) -> Vec<(I, u32, Book)> {
    let of = |(key, book): (&u32, &Book)| {
        let (key, book) = (*key, book.clone());
        keys(&book).into_iter().map(move |by| (by, key, book.clone()))
    };
    let mut expected: Vec<_> = books.iter().flat_map(of).collect();
    expected.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    expected.dedup_by(|a, b| (&a.0, a.1) == (&b.0, b.1));
    expected
}

/// Compares an index, in a view or in a transaction, with what it should have.
macro_rules! is {
    ($index:expr, $expected:expr) => {{
        let (index, expected) = (&$index, $expected);
        let owned = |hit: (&_, &u32, &Book)| (Clone::clone(hit.0), *hit.1, hit.2.clone());
        assert_eq!(index.iter().map(owned).collect::<Vec<_>>(), expected);
        assert!(index.iter().rev().map(owned).eq(expected.iter().rev().cloned()), "backward");
        for (by, ..) in &expected {
            let (above, below): (Vec<_>, Vec<_>) =
                expected.iter().cloned().partition(|(other, ..)| other >= by);
            assert_eq!(index.range(by.clone()..).map(owned).collect::<Vec<_>>(), above);
            assert_eq!(index.range(..by.clone()).map(owned).collect::<Vec<_>>(), below);
            assert!(index.contains(by));
        }
    }};
}

/// Compares all indexes over books with the books.
macro_rules! are {
    ($indexes:expr, $books:expr) => {{
        let (indexes, books) = ($indexes, $books);
        is!(indexes.by_genre, expected(books, |book| vec![book.genre.clone()]));
        is!(indexes.by_author, expected(books, |book| vec![(book.author.name.clone(), book.year)]));
        is!(indexes.by_tag, expected(books, |book| book.tags.clone()));
        is!(indexes.by_number, expected(books, |book| book.number.into_iter().collect()));
        is!(
            indexes.by_decade,
            expected(books, |book| Some(book.year / 10)
                .filter(|at| *at >= 100)
                .into_iter()
                .collect())
        );
        for genre in ["", "a", "ab", "a\0", "a\0b", "b"] {
            let of_genre = |book: &Book| book.genre == genre;
            let found = indexes.by_genre.get(genre).map(|(key, book)| (*key, book.clone()));
            let wanted = books.iter().filter(|(_, book)| of_genre(book));
            assert!(found.eq(wanted.map(|(key, book)| (*key, book.clone()))), "genre {genre:?}");
            let begins = indexes.by_genre.prefix(genre).map(|(_, key, _)| *key);
            let mut wanted: Vec<_> =
                books.iter().filter(|(_, book)| book.genre.starts_with(genre)).collect();
            wanted.sort_by_key(|(key, book)| (&book.genre, **key));
            assert!(begins.eq(wanted.into_iter().map(|(key, _)| *key)), "begins with {genre:?}");
        }
        for number in 0..30 {
            let found = indexes.by_number.get(&number).map(|(key, _)| *key);
            let first = books.iter().find(|(_, book)| book.number == Some(number));
            assert_eq!(found, first.map(|(key, _)| *key), "the first with number {number}");
        }
    }};
}

fn shows(view: &View<Library>, books: &Books) {
    assert!(view.books.iter().eq(books));
    are!(view.indexes(), books);
    let mut clashes = Clashes::default();
    let made = Library::index(view, &mut clashes);
    assert_eq!(clashes, Clashes::default());
    are!(&made, books);
    let (kept, made) = (&view.indexes().by_length, &made.by_length);
    assert!(kept.iter().eq(made.iter()), "of a hash table");
}

fn is_unique(books: &Books) -> bool {
    let mut seen = BTreeSet::new();
    books.values().filter_map(|book| book.number).all(|number| seen.insert(number))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_index_equals_its_rebuild_after_any_transactions(steps in steps()) {
        let state = State::<Library>::memory();
        let (mut books, mut held) = (Books::new(), Vec::new());
        for (edits, end) in &steps {
            let mut next = books.clone();
            let_the_index_panic(match end { End::IndexPanic(calls) => *calls, _ => 0 });
            let written = catch_unwind(AssertUnwindSafe(|| {
                state.write(|tx| {
                    edits.iter().try_for_each(|each| edit(each, tx, &mut next))?;
                    let_the_index_panic(0);
                    are!(&tx.indexes(), &next);
                    match end {
                        End::Error => Err(Error::new(ErrorKind::Aborted, "not wanted")),
                        End::Panic => panic!("not wanted"),
                        End::Well | End::IndexPanic(_) => Ok(()),
                    }
                })
            }));
            let_the_index_panic(0);
            match written {
                Ok(Ok(())) => {
                    prop_assert!(is_unique(&next));
                    held.push((state.read(), std::mem::replace(&mut books, next)));
                }
                Ok(Err(error)) if *end == End::Error => prop_assert_eq!(error.kind(), ErrorKind::Aborted),
                Ok(Err(error)) => {
                    prop_assert_eq!(error.kind(), ErrorKind::Refused);
                    prop_assert!(!is_unique(&next));
                }
                Err(_) => prop_assert!(matches!(end, End::Panic | End::IndexPanic(_))),
            }
            shows(&state.read(), &books);
        }
        for (at, (view, _)) in held.iter().enumerate() {
            let then = held.get(at + 1).map_or(&books, |(_, books)| books);
            shows(view, then);
        }
    }
}
