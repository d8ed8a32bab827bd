//! Indexes: by one column, by several, unique, and of what a column contains.
//!
//! `cargo run -p forebay --features state --example index`
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use forebay::Result;
use forebay::state::{Columns, State, Table};
use serde::{Deserialize, Serialize};

/// `Columns` tells the indexes what types the fields have.
#[derive(Columns, Serialize, Deserialize)]
struct Book {
    title: String,
    author: String,
    year: u16,
    isbn: String,
    genres: Vec<String>,
}

#[derive(State, Clone)]
#[state(name = "library")]
struct Library {
    #[table(id = 1)]
    #[index(by_author = (author, year))]
    #[index(by_isbn = isbn, unique)]
    #[index(by_genre in genres)]
    books: Table<u64, Book>,
}

fn book(title: &str, author: &str, year: u16, isbn: &str, genres: &[&str]) -> Book {
    let [title, author, isbn] = [title, author, isbn].map(str::to_owned);
    let genres = genres.iter().map(|&genre| genre.to_owned()).collect();
    Book { title, author, year, isbn, genres }
}

fn main() -> Result<()> {
    let library = State::<Library>::memory();
    // An index changes in the transaction that changes its table.
    library.write(|tx| {
        let dispossessed = ("The Dispossessed", 1974, "0-06-012563-2");
        let left_hand = ("The Left Hand of Darkness", 1969, "0-441-47812-3");
        for (number, (title, year, isbn)) in (1..).zip([dispossessed, left_hand]) {
            tx.books.put(number, book(title, "Le Guin", year, isbn, &["novel", "future"]))?;
        }
        tx.books.put(3, book("Emma", "Austen", 1815, "0-14-143958-7", &["novel"]))
    })?;
    let view = library.read();

    // By several columns it is in the order of the first, then of the second.
    println!("by Le Guin:");
    for (_, number, book) in view.indexes().by_author.prefix(&("Le Guin".to_owned(),)) {
        println!("  {number}: {} ({})", book.title, book.year);
    }
    let since = ("Le Guin".to_owned(), 1970)..("Le Guin".to_owned(), 1980);
    println!("in the seventies: {}", view.indexes().by_author.range(since).count());

    // A unique one has at most one entry for a value.
    if let Some((number, book)) = view.indexes().by_isbn.get("0-14-143958-7") {
        println!("by its number: {number}, {}", book.title);
    }
    let twice = book("Emma again", "Austen", 1816, "0-14-143958-7", &[]);
    if let Err(error) = library.write(|tx| tx.books.put(4, twice)) {
        println!("refused: {error}");
    }

    // A column of several values has an entry in the index for each.
    for genre in ["novel", "future"] {
        println!("{genre}: {}", view.indexes().by_genre.get(genre).len());
    }
    Ok(())
}
