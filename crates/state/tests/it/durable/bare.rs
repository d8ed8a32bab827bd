//! A state that is read without its types: the same as with them.

use forebay_journal::disk::simulated::{Ending, SimulatedDisk};
use forebay_state::copy::{self, Bare};
use forebay_state::snapshot::SnapshotSettings;
use forebay_state::{HashTable, Home, Migrations, Mode, State, Table};
use forebay_store::{Durability, Error, ErrorKind};
use serde::{Deserialize, Serialize};

use super::checkpoints::{at, now, opened};
use super::edits::{Dice, Edit, some};
use super::ledger::Ledger;
use super::rig::Rig;

/// Two owners with snapshots, or none, between transactions of all kinds.
fn lived(seed: u64) -> Rig {
    let mut rig = Rig::new(seed);
    let dice = Dice::new(seed, 4);
    for _ in 0..2 {
        rig.open(false).unwrap();
        for _ in 0..=dice.below(12) {
            rig.write(Durability::Journaled, &some(&dice)).unwrap();
            if dice.below(5) == 0 {
                rig.snapshot().unwrap();
            }
        }
        rig.end(Ending::Kill);
    }
    rig.open(false).unwrap();
    rig.write(Durability::Journaled, &some(&dice)).unwrap();
    rig
}

#[test]
fn a_checkpoint_without_types_has_what_one_with_them_has() {
    for seed in 0..12 {
        let rig = lived(seed);
        let bare = Bare::read(at(&rig.disk, "s"), |_| Ok(())).unwrap();
        assert_eq!(bare.revision(), rig.state().revision(), "seed {seed}");
        let (typed, untyped) = (at(&rig.disk, "typed"), at(&rig.disk, "untyped"));
        let with = rig.state().checkpoint(typed).wait().unwrap();
        let without = bare.checkpoint(untyped.clone(), |_| Ok(())).unwrap();
        assert_eq!(
            (without.revision, without.totals.entries()),
            (with.revision, with.totals.entries())
        );
        assert_eq!(bare.entries(), with.totals.entries());
        // An owner that has written nothing yet has a revision of its own all the same.
        let mut rig = rig;
        rig.end(Ending::Kill);
        rig.open(false).unwrap();
        let bare = Bare::read(at(&rig.disk, "s"), |_| Ok(())).unwrap();
        assert_eq!(bare.revision(), rig.state().revision(), "seed {seed}, opened again");
        assert!(opened(untyped) == now(&rig), "seed {seed}");
    }
}

#[cfg(feature = "json")]
#[test]
fn an_export_without_types_is_the_same_as_one_with_them() {
    for seed in 0..12 {
        let rig = lived(seed);
        let (mut with, mut without) = (Vec::new(), Vec::new());
        copy::export(&rig.state().read(), &mut with, |_| Ok(())).unwrap();
        let bare = Bare::read(at(&rig.disk, "s"), |_| Ok(())).unwrap();
        let count = bare.export(&mut without, |_| Ok(())).unwrap();
        assert_eq!(count, bare.entries());
        let [with, without] = [with, without].map(|lines| String::from_utf8(lines).unwrap());
        assert!(with == without, "seed {seed}:\n{with}\n{without}");
    }
}

#[cfg(feature = "json")]
#[test]
fn an_import_without_types_is_what_was_exported() {
    for seed in 0..6 {
        let rig = lived(seed);
        let mut lines = Vec::new();
        copy::export(&rig.state().read(), &mut lines, |_| Ok(())).unwrap();
        let bare = Bare::import(lines.as_slice(), |_| Ok(())).unwrap();
        let mut again = Vec::new();
        bare.export(&mut again, |_| Ok(())).unwrap();
        assert!(again == lines, "seed {seed}");
        bare.checkpoint(at(&rig.disk, "copy"), |_| Ok(())).unwrap();
        assert!(opened(at(&rig.disk, "copy")) == now(&rig), "seed {seed}");
    }
}

#[cfg(feature = "json")]
#[test]
fn what_cannot_be_a_state_is_not_imported() {
    let table = |id: u16, name: &str, kind: &str| {
        format!(r#"{{"id":{id},"name":"{name}","kind":"{kind}","key":"u8","version":1}}"#)
    };
    let import = |tables: &[String], entries: &str| {
        let tables = tables.join(",");
        let first =
            format!(r#"{{"forebay":"state 1","name":"s","revision":1,"tables":[{tables}]}}"#);
        let lines = format!("{first}\n{entries}{{\"end\":true,\"entries\":2}}");
        Bare::import(lines.as_bytes(), |_| Ok(())).map(drop)
    };
    let one = r#"{"t":"a","k":1,"v":2}"#;
    let good = [table(1, "a", "ordered"), table(2, "b", "hash")];
    import(&good, &format!("{one}\n{}\n", one.replace("\"a\"", "\"b\""))).unwrap();
    for (tables, entries, told) in [
        (vec![table(1, "a", "sorted")], String::new(), "line 1 of the copy: what is said of table"),
        (vec![table(0, "a", "hash")], String::new(), "line 1 of the copy: what is said of table"),
        (vec![table(1, "a", "hash"), table(1, "b", "hash")], String::new(), "`b` is there twice"),
        (good.to_vec(), format!("{one}\n{one}\n"), "line 3 of the copy: the key was there before"),
        (
            good.to_vec(),
            one.replace(":1,", ":256,") + "\n",
            "line 2 of the copy: the key does not fit",
        ),
        (good.to_vec(), one.replace("\"a\"", "\"c\"") + "\n", "there is no table `c`"),
        (good.to_vec(), format!("{one}\n"), "there were 1 entries, and not 2"),
    ] {
        let error = import(&tables, &entries).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().contains(told), "{told}: {error}");
    }
}

#[test]
fn damage_is_an_error_and_never_less_of_a_state() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    rig.write(Durability::Synced, &[Edit::Open(1, 1)]).unwrap();
    rig.write(Durability::Synced, &[Edit::Open(2, 1)]).unwrap();
    rig.state().close().wait().unwrap();
    rig.end(Ending::Kill);
    let (folder, name) = ("s/journal-00000001", "0000000000000001.seg");
    let bytes = rig.disk.read_live(folder, name).unwrap();
    let owner = bytes.windows(7).position(|text| text == b"owner 1").unwrap() as u64;
    rig.disk.flip_bit(folder, name, owner * 8);
    let error = Bare::read(at(&rig.disk, "s"), |_| Ok(())).map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    let error = Bare::read(at(&rig.disk, "nothing"), |_| Ok(())).map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}

mod first {
    use super::*;

    #[derive(State, Clone)]
    #[state(name = "town")]
    pub(super) struct Town {
        #[table(id = 1)]
        pub(super) people: HashTable<String, String>,
        #[table(id = 2)]
        pub(super) gone: Table<u8, u8>,
    }
}

#[derive(Serialize, Deserialize)]
struct Person {
    name: String,
}

#[derive(State, Clone)]
#[state(name = "town", retired(2), migrations = migrations)]
struct Town {
    #[table(id = 1, version = 2)]
    people: HashTable<String, Person>,
}

fn migrations() -> Migrations<Town> {
    Migrations::new().hop(Town::PEOPLE, 1, |name: String| Ok(Person { name }))
}

#[test]
fn versions_that_are_mixed_are_told_and_retired_tables_are_left_out() {
    let disk = SimulatedDisk::new(1);
    let home = || Home::simulated(disk.clone(), "s");
    let read = || Bare::read(home(), |_| Ok(()));
    // None by itself: it would make all values of one version.
    let mut never = SnapshotSettings::default();
    never.bytes_min = u64::MAX;
    let town = State::<first::Town>::builder(home()).snapshots(never).open().unwrap();
    town.write(|tx| {
        tx.gone.put(1, 1)?;
        tx.people.put("a".into(), "Ada".into())
    })
    .unwrap();
    town.close().wait().unwrap();
    drop(town);
    assert_eq!(read().unwrap().entries(), 2);

    let town = State::<Town>::builder(home()).snapshots(never).open().unwrap();
    assert_eq!(
        read().unwrap().entries(),
        1,
        "all are of version 1 still, and one table is retired"
    );
    town.write(|tx| tx.people.put("b".into(), Person { name: "Bob".into() })).unwrap();
    let error = read().map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("`people` has values of version 1 and of version 2"));

    town.snapshot().wait().unwrap();
    let bare = read().unwrap();
    assert_eq!(bare.entries(), 2);
    bare.checkpoint(at(&disk, "copy"), |_| Ok(())).unwrap();
    let copy = State::<Town>::open(at(&disk, "copy")).unwrap();
    assert_eq!(copy.read().people.get("b").map(|person| person.name.as_str()), Some("Bob"));
    assert!(copy.report().migrated.is_empty());
}

#[test]
fn a_state_of_all_sizes_is_read_whole() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    let account = |id: u32| super::ledger::Account { owner: "o".repeat(id as usize), balance: 1 };
    // Shorter and longer than a block of a snapshot.
    for id in [1, 300_000, 900_000] {
        rig.state().write(|tx| tx.accounts.put(id, account(id))).unwrap();
    }
    let bare = Bare::read(at(&rig.disk, "s"), |_| Ok(())).unwrap();
    bare.checkpoint(at(&rig.disk, "copy"), |_| Ok(())).unwrap();
    let copy = State::<Ledger>::open(at(&rig.disk, "copy")).unwrap();
    assert!(copy.read().accounts.iter().eq(rig.state().read().accounts.iter()));
}

mod strict {
    use super::*;

    #[derive(State, Clone)]
    #[state(name = "town", retired(2), migrations = migrations)]
    pub(super) struct Town {
        #[table(id = 1, version = 2)]
        pub(super) people: HashTable<String, Person>,
    }

    fn migrations() -> Migrations<Town> {
        Migrations::new().hop(Town::PEOPLE, 1, |name: String| {
            let is_name = name.starts_with(char::is_uppercase);
            is_name.then_some(Person { name }).ok_or(Error::invalid("that is no name"))
        })
    }
}

#[cfg(feature = "json")]
#[test]
fn values_in_quarantine_are_there_without_types_too() {
    let disk = SimulatedDisk::new(1);
    let home = || Home::simulated(disk.clone(), "s");
    let town = State::<first::Town>::open(home()).unwrap();
    town.write(|tx| {
        for name in ["a", "B", "c", "d"] {
            tx.people.put(name.to_lowercase(), name.into())?;
        }
        Ok(())
    })
    .unwrap();
    town.close().wait().unwrap();
    drop(town);

    let town = State::<strict::Town>::builder(home()).mode(Mode::Recover).open().unwrap();
    town.snapshot().wait().unwrap();
    let same = |town: &State<strict::Town>, held: usize| {
        let bare = Bare::read(home(), |_| Ok(())).unwrap();
        let (mut with, mut without) = (Vec::new(), Vec::new());
        copy::export(&town.read(), &mut with, |_| Ok(())).unwrap();
        bare.export(&mut without, |_| Ok(())).unwrap();
        let [with, without] = [with, without].map(|lines| String::from_utf8(lines).unwrap());
        assert_eq!(with, without);
        assert_eq!(bare.quarantine().len(), held);
        bare
    };
    same(&town, 3);
    let was_in_table = town.write(|tx| Ok(tx.people.delete("a"))).unwrap();
    assert!(!was_in_table, "it was in quarantine, and is nowhere now");
    same(&town, 2);
    town.write(|tx| tx.people.put("c".into(), Person { name: "Carl".into() })).unwrap();
    let bare = same(&town, 1);
    bare.checkpoint(at(&disk, "copy"), |_| Ok(())).unwrap();
    let copy = State::<strict::Town>::open(at(&disk, "copy")).unwrap();
    assert_eq!(copy.read().quarantine().len(), 1);
    assert_eq!(copy.read().people.len(), 2);
    town.purge_quarantine(|_| true).wait().unwrap();
    same(&town, 0);
}
