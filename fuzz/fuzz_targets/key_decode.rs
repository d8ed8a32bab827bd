//! The bytes of keys: whatever they are, each kind of key takes them for the one key that is written so,
//! or says that they are damage. Two keys found in one input order as their bytes do. The first byte
//! of the input says where the second key begins.
#![no_main]

use std::cmp::Reverse;
use std::net::SocketAddr;
use std::num::NonZero;
use std::time::{Duration, SystemTime};

use forebay_state::key::{Key, KeyBytes, KeyReader};
use forebay_store::ErrorKind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&at, rest)) = bytes.split_first() else { return };
    let pair = rest.split_at(usize::from(at).min(rest.len()));
    check::<u8>(pair);
    check::<i64>(pair);
    check::<(i128, NonZero<u16>)>(pair);
    check::<(bool, char)>(pair);
    check::<String>(pair);
    check::<(String, Vec<u8>, String)>(pair);
    check::<[Option<String>; 3]>(pair);
    check::<(Reverse<(String, u8)>, Reverse<Reverse<Vec<u8>>>)>(pair);
    check::<SocketAddr>(pair);
    check::<(Duration, SystemTime)>(pair);
});

fn check<K: Key>((one, other): (&[u8], &[u8])) {
    if let (Some(one_key), Some(other_key)) = (read::<K>(one), read::<K>(other)) {
        assert_eq!(one_key.cmp(&other_key), one.cmp(other), "the order of the bytes is the keys'");
    }
}

fn read<K: Key>(bytes: &[u8]) -> Option<K> {
    match KeyReader::read::<K>(bytes) {
        Ok(key) => {
            let written = KeyBytes::of(&key).expect("it was short enough to be read");
            assert_eq!(written.as_bytes(), bytes, "a key is written in one way");
            Some(key)
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Corrupt);
            None
        }
    }
}
