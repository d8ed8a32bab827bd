//! A changed struct: what an older program wrote is opened by a newer one.
//!
//! `cargo run -p forebay --features state --example migration`
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use forebay::Result;

/// The program as it was first.
mod before {
    use forebay::state::{State, Table};
    use serde::{Deserialize, Serialize};

    #[derive(State, Clone)]
    #[state(name = "shop")]
    pub(super) struct Shop {
        #[table(id = 1)]
        pub(super) users: Table<u64, User>,
    }

    #[derive(Clone, Serialize, Deserialize)]
    pub(super) struct User {
        pub(super) name: String,
        pub(super) mail: String,
    }
}

/// The program as it is now. The state has the same name and the table the same id, but its values another
/// version; a field was split, one was renamed, and one is new.
mod now {
    use forebay::state::{Migrations, State, Table};
    use forebay::{Error, Result};
    use serde::{Deserialize, Serialize};

    #[derive(State, Clone)]
    #[state(name = "shop", migrations = migrations)]
    pub(super) struct Shop {
        #[table(id = 1, version = 3)]
        pub(super) users: Table<u64, User>,
    }

    #[derive(Clone, Debug, Serialize, Deserialize)]
    pub(super) struct User {
        pub(super) first: String,
        pub(super) last: String,
        pub(super) email: String,
        /// What may be missing needs no version and no hop.
        pub(super) phone: Option<String>,
    }

    /// As it was in version 1. Old types stay here, and nowhere else.
    #[derive(Deserialize)]
    struct UserV1 {
        name: String,
        mail: String,
    }

    #[derive(Serialize)]
    struct UserV2 {
        first: String,
        last: String,
        mail: String,
    }

    /// One hop a version, which is written once and never changed again.
    fn migrations() -> Migrations<Shop> {
        Migrations::new().hop(Shop::USERS, 1, split).hop_plain(Shop::USERS, 2, |mut user| {
            // What is only renamed needs no types.
            user.rename("mail", "email")?;
            Ok(user)
        })
    }

    fn split(old: UserV1) -> Result<UserV2> {
        let (first, last) = old.name.split_once(' ').ok_or(Error::invalid("no last name"))?;
        Ok(UserV2 { first: first.to_owned(), last: last.to_owned(), mail: old.mail })
    }
}

fn main() -> Result<()> {
    use forebay::state::State;

    let folder = tempfile::tempdir().expect("the system has room for a temporary directory");
    let home = folder.path().join("shop.state");

    let shop = State::<before::Shop>::open(&home)?;
    shop.write(|tx| {
        let user = |name: &str, mail: &str| before::User { name: name.into(), mail: mail.into() };
        tx.users.put(1, user("Ada Lovelace", "ada@example.org"))?;
        tx.users.put(2, user("Alan Turing", "alan@example.org"))
    })?;
    shop.close().wait()?;

    let shop = State::<now::Shop>::open(&home)?;
    for ((table, version), count) in &shop.report().migrated {
        println!("table {table}: {count} values from version {version} to the next");
    }
    for (id, user) in &shop.read().users {
        println!("{id}: {} {}, {}, {:?}", user.first, user.last, user.email, user.phone);
    }
    // From now on a snapshot has them in today's shape; before that the next opening migrates again.
    shop.snapshot().wait()?;
    shop.close().wait()?;
    let shop = State::<now::Shop>::open(&home)?;
    println!("migrated when it is opened again: {}", shop.report().migrated.len());
    shop.close().wait()?;

    // The older program does not open what it would misread.
    if let Err(error) = State::<before::Shop>::open(&home) {
        println!("refused: {error}");
    }
    Ok(())
}
