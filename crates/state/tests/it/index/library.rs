//! A table with an index of each kind.

use std::cell::Cell;

use forebay_state::{Columns, HashTable, State, Table};
use serde::{Deserialize, Serialize};

std::thread_local! {
    static PANICS: Cell<u32> = const { Cell::new(0) };
}

/// Lets the function of an index panic on this thread, so many calls from now; 0 is never.
pub(super) fn let_the_index_panic(calls: u32) {
    PANICS.set(calls);
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Columns)]
pub(super) struct Book {
    pub(super) genre: String,
    pub(super) author: Author,
    pub(super) year: u16,
    pub(super) tags: Vec<String>,
    pub(super) number: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Author {
    pub(super) name: String,
}

impl Book {
    pub(super) fn new(genre: &str, number: Option<u64>) -> Self {
        let author = Author { name: format!("author of {genre}") };
        Self { genre: genre.to_owned(), author, year: 1900, tags: Vec::new(), number }
    }
}

#[derive(State, Clone)]
pub(super) struct Library {
    #[table(id = 1)]
    #[index(by_genre = genre)]
    #[index(by_author: (String, u16) = (author.name, year))]
    #[index(by_tag: String in tags)]
    #[index(by_number in number, unique)]
    #[index(by_decade: u16 with decade)]
    pub(super) books: Table<u32, Book>,
    #[table(id = 2)]
    #[index(by_length: u64 with length)]
    pub(super) words: HashTable<String, u64>,
}

/// Part of the books only has a decade.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "it is given the key")]
pub(super) fn decade(_key: &u32, book: &Book) -> Option<u16> {
    match PANICS.get() {
        0 => {}
        left => {
            PANICS.set(left - 1);
            assert!(left > 1, "an index panics");
        }
    }
    (book.year >= 1000).then_some(book.year / 10)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "it is given the value")]
fn length(word: &str, count: &u64) -> Option<u64> {
    (*count > 0).then_some(word.len() as u64)
}
