//! The records of a cache in its journal: whatever the bytes are, reading them is an error or not, and
//! of each key at most one write is left. The input is a list of records with a length byte each.
#![no_main]

use std::collections::HashSet;

use forebay_cache::journal::{Fold, Record};
use forebay_store::ErrorKind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut fold = Fold::default();
    let mut rest = bytes;
    while let Some((&length, after)) = rest.split_first() {
        let (record, after) = after.split_at(usize::from(length).min(after.len()));
        rest = after;
        match Record::decode(record) {
            Ok(_) => fold.take(record).expect("it was decoded"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Corrupt),
        }
    }
    let count = fold.len();
    let keys: HashSet<_> = fold.unstored().map(|write| write.key).collect();
    assert_eq!(keys.len(), count);
});
