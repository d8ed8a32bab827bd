//! A contacts book in memory: `cargo run -p forebay-state --example contacts`.
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use forebay_state::{State, Table};
use forebay_store::{Error, Result};
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Person {
    name: String,
    email: String,
    phone: Option<String>,
}

/// The struct of tables is the database; the ids are what the disk knows the tables by.
#[derive(State, Clone)]
struct Book {
    #[table(id = 1)]
    #[index(by_email: String = email, unique)]
    people: Table<String, Person>,
    /// Who is in a group: pairs of a group and a person.
    #[table(id = 2)]
    members: Table<(String, String), ()>,
}

/// A transaction is a closure; parts of it are functions of its hands.
fn join(tx: &mut BookTx<'_>, group: &str, person: &str) -> Result<()> {
    if !tx.people.contains(person) {
        return Err(Error::refused(format!("{person} is not in the book")));
    }
    tx.members.put((group.to_owned(), person.to_owned()), ())
}

fn main() -> Result<()> {
    let book = State::<Book>::memory();

    // Both tables change, or none does.
    book.write(|tx| {
        for (id, name, email) in [
            ("ada", "Ada Lovelace", "ada@example.org"),
            ("alan", "Alan Turing", "alan@example.org"),
            ("grace", "Grace Hopper", "grace@example.org"),
        ] {
            let person = Person { name: name.to_owned(), email: email.to_owned(), phone: None };
            tx.people.insert(id.to_owned(), person)?;
        }
        join(tx, "friends", "ada")?;
        join(tx, "friends", "grace")
    })?;

    // A view is the book as of now, for as long as it is held.
    let before = book.read();
    book.write(|tx| {
        tx.people.update("ada", |ada| ada.phone = Some("555-0101".to_owned()))?;
        tx.people.delete("alan");
        Ok(())
    })?;
    let now = book.read();
    println!("people before: {}, now: {}", before.people.len(), now.people.len());

    // An error takes back everything that the transaction did.
    let refused = book.write(|tx| {
        tx.people.delete("ada");
        join(tx, "friends", "bob")
    });
    if let Err(error) = refused {
        println!("refused: {error}");
    }

    // No two people have one address, and each is found by hers.
    let other = Person { name: "Bob".to_owned(), email: "ada@example.org".to_owned(), phone: None };
    if let Err(error) = book.write(|tx| tx.people.put("bob".to_owned(), other)) {
        println!("refused: {error}");
    }
    if let Some((id, person)) = now.indexes().by_email.get("grace@example.org") {
        println!("found by address: {id}, {}", person.name);
    }

    for ((_, id), ()) in now.members.prefix(&("friends".to_owned(),)) {
        let Some(Person { name, email, phone }) = now.people.get(id) else { continue };
        println!("{id}: {name} <{email}> {}", phone.as_deref().unwrap_or("-"));
    }
    Ok(())
}
