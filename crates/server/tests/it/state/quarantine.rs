//! `forebay state quarantine`.

use forebay::Error;
use forebay::state::{Migrations, Mode, State, Table};

use super::rig::Rig;
use crate::journal::rig::from_json;

mod before {
    use super::*;

    #[derive(State, Clone)]
    #[state(name = "ages")]
    pub(super) struct Ages {
        #[table(id = 1)]
        pub(super) ages: Table<String, String>,
    }
}

#[derive(State, Clone)]
#[state(name = "ages", migrations = migrations)]
struct Ages {
    #[table(id = 1, version = 2)]
    ages: Table<String, u8>,
}

fn migrations() -> Migrations<Ages> {
    Migrations::new().hop(Ages::AGES, 1, |age: String| {
        age.parse::<u8>().map_err(|_| Error::invalid("that is no age"))
    })
}

#[test]
fn what_is_in_quarantine_is_listed_with_its_cause() {
    let rig = Rig::empty();
    let ages = State::<before::Ages>::open(rig.path()).expect("a new state");
    ages.write(|tx| {
        tx.ages.put("ada".into(), "36".into())?;
        tx.ages.put("bob".into(), "old".into())
    })
    .expect("written");
    ages.close().wait().expect("closed");
    drop(ages);
    assert_eq!(rig.run("quarantine", &[]).code, Some(2), "there is something to say first");
    let list = |flags: &[&str]| {
        let path = rig.path();
        let path = path.to_str().expect("a path");
        crate::journal::rig::run(&[&["state", "quarantine", "list", path], flags].concat())
    };
    assert_eq!(list(&[]).out, "0 values in quarantine\n");

    let ages = State::<Ages>::builder(rig.path()).mode(Mode::Recover).open().expect("it opens");
    ages.snapshot().wait().expect("a snapshot");
    ages.close().wait().expect("closed");
    let answer = list(&[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.out.starts_with("ages \"bob\": version 1, hop failed: "), "{answer:?}");
    assert!(answer.out.contains("that is no age"), "{answer:?}");
    assert!(answer.out.ends_with("\n1 value in quarantine\n"), "{answer:?}");
    let json = list(&["--json"]).out;
    let expression = "d[0]['table'], bytes.fromhex(d[0]['key']), d[0]['cause'], len(d)";
    assert_eq!(from_json(&json, expression), "('ages', b'bob', 'hop failed', 1)");
}

#[test]
fn what_is_purged_is_gone_and_only_if_it_is_meant() {
    let rig = Rig::empty();
    let ages = State::<before::Ages>::open(rig.path()).expect("a new state");
    for (name, age) in [("ada", "36"), ("bob", "old"), ("eve", "young")] {
        ages.write(|tx| tx.ages.put(name.into(), age.into())).expect("written");
    }
    ages.close().wait().expect("closed");
    drop(ages);
    let ages = State::<Ages>::builder(rig.path()).mode(Mode::Recover).open().expect("it opens");
    let path = rig.path();
    let path = path.to_str().expect("a path");
    let purge = |flags: &[&str]| {
        crate::journal::rig::run(&[&["state", "quarantine", "purge", path], flags].concat())
    };
    let answer = purge(&["--yes"]);
    assert_eq!(answer.code, Some(2), "it is open: {answer:?}");
    ages.close().wait().expect("closed");
    drop(ages);

    let answer = purge(&[]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.err.contains("2 values in quarantine would be given up"), "{answer:?}");
    assert!(answer.err.contains("--yes"), "{answer:?}");
    for none in [["--cause", "unknown table"], ["--table", "9"]] {
        let answer = purge(&[&none[..], &["--yes"]].concat());
        assert_eq!((answer.code, answer.out.as_str()), (Some(0), "0 values given up\n"));
    }
    let answer = purge(&["--table", "names", "--yes"]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.err.contains("no table `names`"), "{answer:?}");
    let answer = purge(&["--table", "ages", "--cause", "hop failed", "--yes", "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(from_json(&answer.out, "d[0]['purged']"), "2");

    let ages = State::<Ages>::open(rig.path()).expect("it opens strictly");
    assert!(ages.read().quarantine().is_empty());
    assert_eq!(ages.read().ages.get("ada"), Some(&36));
}

/// Tables whose names are numbers: not their own.
mod numbered {
    use forebay::state::{Migrations, State, Table};

    pub(super) mod before {
        use super::{State, Table};

        #[derive(State, Clone)]
        #[state(name = "ages")]
        pub(crate) struct Ages {
            #[table(id = 1, name = "2")]
            pub(crate) ages: Table<String, String>,
            #[table(id = 2, name = "1")]
            pub(crate) sizes: Table<String, String>,
        }
    }

    #[derive(State, Clone)]
    #[state(name = "ages", migrations = migrations)]
    pub(super) struct Ages {
        #[table(id = 1, name = "2", version = 2)]
        pub(super) ages: Table<String, u8>,
        #[table(id = 2, name = "1")]
        pub(super) sizes: Table<String, String>,
    }

    fn migrations() -> Migrations<Ages> {
        Migrations::new()
            .hop(Ages::AGES, 1, |_: String| Err::<u8, _>(forebay::Error::invalid("no age")))
    }
}

#[test]
fn a_name_that_looks_like_a_number_is_a_name() {
    let rig = Rig::empty();
    let ages = State::<numbered::before::Ages>::open(rig.path()).expect("a new state");
    ages.write(|tx| tx.ages.put("ada".into(), "36".into())).expect("written");
    ages.close().wait().expect("closed");
    drop(ages);
    let ages =
        State::<numbered::Ages>::builder(rig.path()).mode(Mode::Recover).open().expect("it opens");
    ages.close().wait().expect("closed");
    drop(ages);
    let path = rig.path();
    let path = path.to_str().expect("a path");
    let purge = |table: &str| {
        let flags = ["state", "quarantine", "purge", path, "--yes", "--table", table];
        crate::journal::rig::run(&flags).out
    };
    assert_eq!(purge("1"), "0 values given up\n");
    assert_eq!(purge("2"), "1 value given up\n");
}
