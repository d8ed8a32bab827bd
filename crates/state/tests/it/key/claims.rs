//! What is claimed of every kind of key.

use std::fmt::Debug;

use forebay_state::key::{Key, KeyBytes, KeyReader, Place, Tail};
use forebay_store::ErrorKind;
use proptest::prelude::*;

type Checked = Result<(), TestCaseError>;

pub(super) fn bytes_of<K: Key>(key: &K, place: Place) -> Vec<u8> {
    let mut bytes = KeyBytes::new();
    key.encode(place, &mut bytes);
    bytes.as_bytes().to_vec()
}

/// The bytes of two keys compare as the keys do, and inner none begins another.
pub(super) fn check_order<K: Key + Debug>(a: &K, b: &K) -> Checked {
    for place in [Place::Inner, Place::Last] {
        let (a_bytes, b_bytes) = (bytes_of(a, place), bytes_of(b, place));
        prop_assert_eq!(a_bytes.cmp(&b_bytes), a.cmp(b), "{:02x?} {:02x?}", a_bytes, b_bytes);
    }
    let (a_bytes, b_bytes) = (bytes_of(a, Place::Inner), bytes_of(b, Place::Inner));
    prop_assert!(a == b || !a_bytes.starts_with(&b_bytes), "{:02x?} {:02x?}", a_bytes, b_bytes);
    Ok(())
}

/// A tail never says of two keys what is not so.
pub(super) fn check_tails<K: Key + Debug>(a: &K, b: &K) -> Checked {
    let tails = [a, b].map(|key| K::Tail::of(&bytes_of(key, Place::Last)));
    prop_assert!(tails[0].is_same(tails[1]).is_none_or(|same| same == (a == b)));
    Ok(())
}

/// What was written is read, and nothing after it is touched.
pub(super) fn check_round_trip<K: Key + Debug>(key: &K, after: &[u8]) -> Checked {
    let bytes = bytes_of(key, Place::Last);
    prop_assert_eq!(&KeyReader::read::<K>(&bytes).unwrap(), key);
    key.with_encoded(|lent| {
        prop_assert_eq!(lent, &bytes[..]);
        check_inner(key, after)
    })
}

fn check_inner<K: Key + Debug>(key: &K, after: &[u8]) -> Checked {
    let mut bytes = bytes_of(key, Place::Inner);
    bytes.extend_from_slice(after);
    let mut reader = KeyReader::new(&bytes);
    prop_assert_eq!(&K::decode(&mut reader, Place::Inner).unwrap(), key);
    prop_assert_eq!(&reader.string(Place::Last).unwrap()[..], after);
    Ok(())
}

/// Any bytes are those of the key that they are taken for, or they are damage.
pub(super) fn check_canonical<K: Key + Debug>(bytes: &[u8]) -> Checked {
    match KeyReader::read::<K>(bytes) {
        Ok(key) => prop_assert_eq!(&bytes_of(&key, Place::Last)[..], bytes, "{:?}", key),
        Err(error) => prop_assert_eq!(error.kind(), ErrorKind::Corrupt, "{}", error),
    }
    Ok(())
}
