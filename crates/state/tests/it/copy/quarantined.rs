//! A copy tells what is in quarantine.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Home, Migrations, Mode, State, Table, copy};
use forebay_store::{Durability, Error};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(State, Clone)]
#[state(name = "town")]
struct Before {
    #[table(id = 1)]
    people: Table<String, Person>,
}

#[derive(State, Clone)]
#[state(name = "town", migrations = migrations)]
struct Now {
    #[table(id = 1, version = 2)]
    people: Table<String, Person>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Person {
    age: u8,
}

fn migrations() -> Migrations<Now> {
    Migrations::new().hop(Now::PEOPLE, 1, |old: Person| match old.age {
        0..100 => Ok(old),
        _ => Err(Error::invalid("too old")),
    })
}

#[test]
fn what_is_in_quarantine_is_exported_and_imported_by_nobody() {
    let disk = SimulatedDisk::new(1);
    let home = || Home::simulated(disk.clone(), "s");
    let town = State::<Before>::open(home()).unwrap();
    town.write_at(Durability::Synced, |tx| {
        tx.people.put("ada".into(), Person { age: 36 })?;
        tx.people.put("methuselah".into(), Person { age: 255 })
    })
    .unwrap();
    let revision = town.revision().0;
    drop(town);
    disk.kill();
    let town = State::<Now>::builder(home()).mode(Mode::Recover).open().unwrap();
    let mut lines = Vec::new();
    assert_eq!(copy::export(&town.read(), &mut lines, |_| Ok(())).unwrap(), 1);
    let text = String::from_utf8(lines).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = json!({
        "t": "people", "id": 1, "k": "methuselah", "version": 1, "revision": revision,
        "cause": "hop failed", "why": "the hop from version 1: too old", "v": { "age": 255 },
        "key": "6d6574687573656c6168", "value": "a003ff01",
        // Layout 0, a struct, `Person`, one field, `age`.
        "layouts": "000006506572736f6e0103616765",
    });
    assert_eq!(lines[2]["q"], told);
    assert_eq!(lines[3], json!({ "end": true, "entries": 1, "quarantined": 1 }));

    let read: Now = copy::import(text.as_bytes(), |_| Ok(())).unwrap();
    assert_eq!((read.people.len(), read.people.get("ada")), (1, Some(&Person { age: 36 })));
    // One that is cut out is noticed as well.
    let shorter: Vec<&str> = text.lines().filter(|line| !line.starts_with("{\"q\"")).collect();
    assert!(copy::import::<Now>(shorter.join("\n").as_bytes(), |_| Ok(())).is_err());
}
