//! A value that was written, with some of its bits changed: another value or a typed error, and the
//! same value where nothing was changed.
#![no_main]

use forebay_state::value::{Dictionary, Drift, check_value, read_value, write_value};
use forebay_store::ErrorKind;
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, PartialEq, Debug)]
enum Anything {
    Unit,
    Text(String),
    Number(i64),
    Letter(Option<char>),
    Pair(Box<Anything>, Box<Anything>),
    Many { list: Vec<Anything>, bytes: Vec<u8> },
    Record(Box<Record>),
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Record {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<Option<u8>>,
    inner: Anything,
}

fuzz_target!(|bytes: &[u8]| {
    let Some((shape, mutations)) = bytes.split_at_checked(24) else { return };
    let value = grow(&mut shape.iter(), 0);
    let (mut dictionary, mut written) = (Dictionary::new(), Vec::new());
    write_value(&value, &mut dictionary, &mut written).expect("it is not deep");
    let mut drift = Drift::new();
    let read: Anything = read_value(&written, &dictionary, &mut drift).expect("it was written");
    assert_eq!(read, value);
    assert!(drift.is_empty());
    for mutation in mutations.chunks_exact(2).take(16) {
        let at = usize::from(mutation[0]) % written.len();
        written[at] ^= 1 << (mutation[1] % 8);
        let is_value = check_value(&written, &dictionary).is_ok();
        match read_value::<Anything>(&written, &dictionary, &mut drift) {
            Ok(_) => assert!(is_value, "damage is never read"),
            Err(error) if is_value => assert_eq!(error.kind(), ErrorKind::Invalid),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Corrupt),
        }
    }
});

/// A value as these bytes say.
fn grow<'b>(shape: &mut impl Iterator<Item = &'b u8>, depth: u8) -> Anything {
    let Some(&byte) = shape.next() else { return Anything::Unit };
    let inside = byte % 8 > 3 && depth < 8;
    match byte % 8 {
        0 => Anything::Unit,
        1 => Anything::Text("é".repeat(usize::from(byte))),
        2 => Anything::Number(i64::from(byte) << (byte / 4) >> 3),
        3 => Anything::Letter(char::from_u32(u32::from(byte) << 4)),
        _ if !inside => Anything::Many { list: Vec::new(), bytes: vec![byte; byte.into()] },
        4 => Anything::Pair(Box::new(grow(shape, depth + 1)), Box::new(grow(shape, depth + 1))),
        5 | 6 => {
            let list = (0..byte / 64).map(|_| grow(shape, depth + 1)).collect();
            Anything::Many { list, bytes: vec![1, 2] }
        }
        _ => {
            let note = [None, Some(None), Some(Some(byte))][usize::from(byte / 8 % 3)];
            Anything::Record(Box::new(Record { note, inner: grow(shape, depth + 1) }))
        }
    }
}
