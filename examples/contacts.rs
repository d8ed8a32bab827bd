//! A contacts book: two tables, transactions, views, and a backup of it while it is open.
//!
//! `cargo run -p forebay --features state --example contacts`
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use forebay::state::{State, Table, copy};
use forebay::{Error, Result};
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Person {
    name: String,
    email: String,
    phone: Option<String>,
}

/// The struct of tables is the database; the name and the ids are what the disk knows them by.
#[derive(State, Clone)]
#[state(name = "contacts")]
struct Book {
    /// No two people have one address, and each is found by hers: that is what the index is for.
    #[table(id = 1)]
    #[index(by_email: String = email, unique)]
    people: Table<String, Person>,
    /// Who is in a group: pairs of a group and a person.
    #[table(id = 2)]
    members: Table<(String, String), ()>,
}

/// A transaction is a closure; parts of it are functions. The derive has made `BookTx` of `Book`: it has
/// the same tables, which can be changed.
fn join(tx: &mut BookTx<'_>, group: &str, person: &str) -> Result<()> {
    if !tx.people.contains(person) {
        return Err(Error::refused(format!("{person} is not in the book")));
    }
    tx.members.put((group.to_owned(), person.to_owned()), ())
}

fn person(name: &str, email: &str) -> Person {
    Person { name: name.to_owned(), email: email.to_owned(), phone: None }
}

fn main() -> Result<()> {
    let folder = tempfile::tempdir().expect("the system has room for a temporary directory");
    // A directory; it is made if it is not there. `State::memory()` is the same without one.
    let book = State::<Book>::open(folder.path().join("contacts.state"))?;

    // Both tables change, or none does. When this comes back, `kill -9` cannot lose it.
    book.write(|tx| {
        tx.people.insert("ada".to_owned(), person("Ada Lovelace", "ada@example.org"))?;
        tx.people.insert("alan".to_owned(), person("Alan Turing", "alan@example.org"))?;
        tx.people.insert("grace".to_owned(), person("Grace Hopper", "grace@example.org"))?;
        join(tx, "friends", "ada")?;
        join(tx, "friends", "grace")
    })?;

    // A view is the book as of now, for as long as it is held; nobody waits for it.
    let before = book.read();
    book.write(|tx| {
        tx.people.update("ada", |ada| ada.phone = Some("555-0101".to_owned()))?;
        tx.people.delete("alan");
        Ok(())
    })?;
    let now = book.read();
    println!("people before: {}, now: {}", before.people.len(), now.people.len());

    // An error takes back everything that the transaction did: Ada is still there.
    let refused = book.write(|tx| {
        tx.people.delete("ada");
        join(tx, "friends", "bob")
    });
    if let Err(error) = refused {
        println!("refused: {error}");
    }
    let refused =
        book.write(|tx| tx.people.put("bob".to_owned(), person("Bob", "ada@example.org")));
    if let Err(error) = refused {
        println!("refused: {error}");
    }
    if let Some((id, person)) = now.indexes().by_email.get("grace@example.org") {
        println!("found by address: {id}, {}", person.name);
    }

    for ((_, id), ()) in now.members.prefix(&("friends".to_owned(),)) {
        let Some(Person { name, email, phone }) = now.people.get(id) else { continue };
        println!("{id}: {name} <{email}> {}", phone.as_deref().unwrap_or("-"));
    }

    // A copy while it is open, which is checked, and a state made of it.
    let backup = folder.path().join("contacts.backup");
    println!("in the copy: {} entries", book.checkpoint(&backup).wait()?.totals.entries());
    book.close().wait()?;
    let restored = folder.path().join("restored.state");
    copy::restore(&backup, &restored, |_| Ok(()))?;
    let restored = State::<Book>::open(&restored)?;
    println!("in the state made of it: {} people", restored.read().people.len());
    Ok(())
}
