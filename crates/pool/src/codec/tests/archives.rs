//! Archives of rkyv.

use std::collections::BTreeMap;

use forebay_store::ErrorKind;

use super::rig::{Blobs, Given};
use crate::codec::{Archivable, Archived, BlobCodec, Rkyv};
use crate::object::Object;

type Words = BTreeMap<u64, Vec<String>>;

impl Object for Words {
    const NAME: &'static str = "words/1";
    const CODEC: &'static dyn BlobCodec<Self> = &Rkyv;

    fn heap_bytes(&self) -> usize {
        0
    }
}

impl Archivable for Words {
    const NAME: &'static str = "words/1";
}

impl Archivable for Vec<u64> {
    const NAME: &'static str = "u64";
}

fn words() -> Words {
    let word = |n: u64| (0..n % 5).map(|m| format!("word {n} {m}")).collect();
    (0..500).map(|n| (n, word(n))).collect()
}

#[test]
fn an_archived_value_comes_back() {
    let blobs = Blobs::new();
    let written = blobs.write(&words()).unwrap();
    assert_eq!(written.head.codec, 4);
    assert_eq!(blobs.read::<Words>(written).unwrap(), words());
}

#[test]
fn what_one_has_written_is_read_in_place_and_the_other_way_round() {
    let blobs = Blobs::new();
    let written = blobs.write(&words()).unwrap();
    let archived: Archived<Words> = blobs.read(written).unwrap();
    let found = archived.access().unwrap();
    assert_eq!(found.len(), 500);
    assert_eq!(found.get(&499_u64.into()).unwrap()[3], "word 499 3");

    let written = blobs.write(&Archived::of(&words()).unwrap()).unwrap();
    assert_eq!(blobs.read::<Words>(written).unwrap(), words());
}

#[test]
fn an_archive_weighs_what_it_is_long() {
    let archived = Archived::of(&vec![1_u64; 1000]).unwrap();
    assert!((8000..8064).contains(&archived.heap_bytes()));
    assert_eq!(archived.access().unwrap().len(), 1000);
}

#[test]
fn bytes_that_are_no_archive_are_damage_and_never_read() {
    for bytes in [Vec::new(), vec![0xff; 7], vec![0xff; 64]] {
        let error = BlobCodec::<Words>::decode(&Rkyv, &mut Given(bytes.clone()), None);
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Corrupt);
        let codec = <Archived<Words> as Object>::CODEC;
        let archived = codec.decode(&mut Given(bytes), None).unwrap();
        assert_eq!(archived.access().map(drop).unwrap_err().kind(), ErrorKind::Corrupt);
    }
}
