//! Writing and reading in one line.

use std::fmt::Debug;

use forebay_state::value::{Dictionary, Drift, check_value, read_value, write_value};
use forebay_store::Result;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value and the dictionary that it needs, as a reader gets them: the dictionary from its entries.
pub(crate) fn written<T: Serialize + ?Sized>(value: &T) -> (Vec<u8>, Dictionary) {
    let (mut dictionary, mut bytes) = (Dictionary::new(), Vec::new());
    write_value(value, &mut dictionary, &mut bytes).unwrap();
    (bytes, reread(&dictionary))
}

/// The dictionary that is read from the entries of this one.
pub(crate) fn reread(dictionary: &Dictionary) -> Dictionary {
    let mut entries = Vec::new();
    dictionary.write_entries(0, &mut entries);
    let mut read = Dictionary::new();
    read.read_entries(&entries).unwrap();
    assert!(read.layouts().eq(dictionary.layouts()));
    read
}

/// What another type reads from what this value writes.
pub(crate) fn read_as<T: DeserializeOwned>(value: &impl Serialize) -> Result<T> {
    let (bytes, dictionary) = written(value);
    read_value(&bytes, &dictionary, &mut Drift::new())
}

/// Writes, reads and compares, with nothing gone on the way.
pub(crate) fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let (bytes, dictionary) = written(value);
    let mut drift = Drift::new();
    assert_eq!(&read_value::<T>(&bytes, &dictionary, &mut drift).unwrap(), value);
    assert!(drift.is_empty());
    check_value(&bytes, &dictionary).unwrap();
}
