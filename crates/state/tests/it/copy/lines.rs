//! What is exported is imported, and nothing else is.

use std::collections::BTreeMap;

use forebay_state::{State, Table, copy};
use forebay_store::{Error, ErrorKind};
use proptest::collection::btree_map;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::value::everything::{Everything, everything};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Person {
    name: String,
    age: Option<u8>,
}

#[derive(State, Clone)]
struct Town {
    #[table(id = 1)]
    people: Table<String, Person>,
    #[table(id = 2)]
    things: Table<(u64, String), Everything>,
}

fn town(things: &BTreeMap<(u64, String), Everything>) -> State<Town> {
    let town = State::memory();
    town.write(|tx: &mut <Town as forebay_state::Tables>::Tx<'_>| {
        tx.people.put("a".into(), Person { name: "Alice".into(), age: Some(31) })?;
        tx.people.put("b".into(), Person { name: "Bob".into(), age: None })?;
        things.iter().try_for_each(|(key, thing)| tx.things.put(key.clone(), thing.clone()))
    })
    .unwrap();
    town
}

fn exported(town: &State<Town>) -> String {
    let mut lines = Vec::new();
    let count = copy::export(&town.read(), &mut lines, |_| Ok(())).unwrap();
    let text = String::from_utf8(lines).unwrap();
    assert_eq!(text.lines().count() as u64, count + 2);
    text
}

fn refused(text: &str) -> Error {
    copy::import::<Town>(text.as_bytes(), |_| Ok(())).map(drop).unwrap_err()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_exported_is_imported(
        things in btree_map((any::<u64>(), ".{0,9}"), everything(), 0..8),
    ) {
        let town = town(&things);
        let read: Town = copy::import(exported(&town).as_bytes(), |_| Ok(())).unwrap();
        prop_assert!(read.people.iter().eq(town.read().people.iter()));
        prop_assert!(read.things.iter().eq(&things));
    }
}

#[test]
fn a_line_says_what_it_is() {
    let text = exported(&town(&BTreeMap::new()));
    let expected = r#"{"forebay":"state 1","name":"town","revision":1,"tables":[{"id":1,"name":"people","kind":"ordered","key":"text","version":1},{"id":2,"name":"things","kind":"ordered","key":"(u64,text)","version":1}]}
{"t":"people","k":"a","v":{"name":"Alice","age":31}}
{"t":"people","k":"b","v":{"name":"Bob","age":null}}
{"end":true,"entries":2}
"#;
    assert_eq!(text, expected);
}

#[test]
fn a_copy_that_is_cut_off_is_no_shorter_copy() {
    let text = exported(&town(&BTreeMap::new()));
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    for count in 0..lines.len() {
        let error = refused(&lines[..count].concat());
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().contains("without its last line"), "{error}");
    }
    for missing in 1..lines.len() - 1 {
        let mut fewer = lines.clone();
        fewer.remove(missing);
        let error = refused(&fewer.concat());
        assert!(error.to_string().contains("there were 1 entries, and not 2"), "{error}");
    }
}

#[test]
fn a_line_that_does_not_fit_is_named() {
    let text = exported(&town(&BTreeMap::new()));
    for (from, to, told) in [
        ("state 1", "state 2", "line 1 of the copy: the format is `state 2`"),
        ("\"town\"", "\"city\"", "line 1 of the copy: it is a copy of `city`"),
        (
            "\"key\":\"text\"",
            "\"key\":\"u8\"",
            "line 1 of the copy: table `people` has the key `text`",
        ),
        ("\"version\":1", "\"version\":2", "line 1 of the copy: table `people`"),
        (
            "\"t\":\"people\",\"k\":\"b\"",
            "\"t\":\"cats\",\"k\":\"b\"",
            "line 3 of the copy: there is no table `cats`",
        ),
        ("\"k\":\"b\"", "\"k\":\"a\"", "line 3 of the copy: the key was there before"),
        ("\"k\":\"b\"", "\"k\":7", "line 3 of the copy: the key does not fit"),
        ("\"name\":\"Bob\"", "\"name\":7", "line 3 of the copy: a value has another shape"),
        ("\"k\":\"b\",", "", "line 3 of the copy: it is no line of a copy"),
        ("{\"end\":true", "{\"end\":false", "line 4 of the copy"),
    ] {
        assert!(text.contains(from), "{from}");
        let error = refused(&text.replacen(from, to, 1));
        assert!(error.to_string().contains(told), "{from}: {error}");
    }
}

#[test]
fn a_line_written_by_hand_need_not_say_what_has_a_default() {
    let text = exported(&town(&BTreeMap::new())).replace(",\"age\":null", "");
    let read: Town = copy::import(text.as_bytes(), |_| Ok(())).unwrap();
    assert_eq!(read.people.get("b"), Some(&Person { name: "Bob".into(), age: None }));
}

#[test]
fn progress_is_told_and_can_end_it() {
    let things = (0..2500).map(|n| ((n, String::new()), Everything::Unit)).collect();
    let town = town(&things);
    let mut told = Vec::new();
    let mut lines = Vec::new();
    let note = |count| {
        told.push(count);
        Ok(())
    };
    copy::export(&town.read(), &mut lines, note).unwrap();
    assert_eq!(told, [1000, 2000]);
    let stop = |count| if count == 2000 { Err(Error::refused("enough")) } else { Ok(()) };
    let error = copy::import::<Town>(lines.as_slice(), stop).map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    let error = copy::export(&town.read(), std::io::sink(), stop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
}
