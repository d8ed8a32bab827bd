//! Beyond the bounds of a dictionary values are written without layouts, and read all the same.

use forebay_state::value::{Dictionary, Drift, read_value, write_value};
use serde::{Deserialize, Serialize};

use super::everything::{Everything, Record};
use super::rig::reread;
use super::tree::Tree;

/// A dictionary without room.
fn full() -> Dictionary {
    let mut entries = Vec::new();
    for number in 0..4096_u32 {
        let [low, high] = [number & 0x7F, number >> 7].map(|group| u8::try_from(group).unwrap());
        if high == 0 {
            entries.push(low);
        } else {
            entries.extend([low | 0x80, high]);
        }
        let name = format!("L{number}");
        entries.extend([0, u8::try_from(name.len()).unwrap()]);
        entries.extend(name.as_bytes());
        entries.push(0);
    }
    let mut dictionary = Dictionary::new();
    dictionary.read_entries(&entries).unwrap();
    dictionary
}

#[test]
fn a_full_dictionary_stays_as_it_is_and_all_is_read() {
    let mut dictionary = full();
    let record = Record {
        flag: true,
        note: Some("note".into()),
        inner: vec![Everything::Unit, Everything::Small(1, -2)],
        last: Everything::Float { single: 1.5, double: -1.5 },
    };
    let value = vec![
        Everything::Unit,
        Everything::Text("text".into()),
        Everything::Struct(Box::new(record)),
        Everything::Option(Some(Some(Box::new(Everything::Unit)))),
    ];
    let mut bytes = Vec::new();
    for _ in 0..2 {
        bytes.clear();
        write_value(&value, &mut dictionary, &mut bytes).unwrap();
        let read: Vec<Everything> = read_value(&bytes, &dictionary, &mut Drift::new()).unwrap();
        assert_eq!(read, value);
    }
    assert_eq!(dictionary.len(), 4096);
}

#[derive(Deserialize, PartialEq, Debug, Default)]
#[serde(default)]
struct Sparse {
    a: Option<u8>,
    b: Option<u8>,
    c: Option<u8>,
    d: Option<u8>,
    e: Option<u8>,
    f: Option<u8>,
    g: Option<u8>,
}

#[test]
fn a_struct_of_many_optional_fields_has_at_most_sixty_four_layouts() {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let mut dictionary = Dictionary::new();
    for _ in 0..2 {
        for mask in 0..128_u8 {
            let chosen = (0..7_u8).filter(|bit| mask >> bit & 1 == 1);
            let fields = chosen.map(|bit| (names[usize::from(bit)], Tree::Byte(bit))).collect();
            let mut bytes = Vec::new();
            write_value(&Tree::Struct("Sparse", fields), &mut dictionary, &mut bytes).unwrap();
            let read: Sparse = read_value(&bytes, &reread(&dictionary), &mut Drift::new()).unwrap();
            let has = |bit: u8| (mask >> bit & 1 == 1).then_some(bit);
            let expected = Sparse {
                a: has(0),
                b: has(1),
                c: has(2),
                d: has(3),
                e: has(4),
                f: has(5),
                g: has(6),
            };
            assert_eq!(read, expected);
        }
    }
    assert_eq!(dictionary.len(), 64);
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Wide([Everything; 2]);

#[test]
fn a_variant_in_a_full_dictionary_is_its_name() {
    let mut bytes = Vec::new();
    let value = Wide([Everything::Unit, Everything::Small(1, 1)]);
    write_value(&value, &mut full(), &mut bytes).unwrap();
    assert_eq!(&bytes[..7], b"\x0d\x02\x64Unit");
    let read: Wide = read_value(&bytes, &Dictionary::new(), &mut Drift::new()).unwrap();
    assert_eq!(read, value);
}
