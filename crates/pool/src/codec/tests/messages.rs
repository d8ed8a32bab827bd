//! Protobuf.

use forebay_store::ErrorKind;

use super::rig::{Blobs, Given};
use crate::codec::{BlobCodec, Prost};
use crate::object::Object;

impl Object for u64 {
    const NAME: &'static str = "number";
    const CODEC: &'static dyn BlobCodec<Self> = &Prost;

    fn heap_bytes(&self) -> usize {
        0
    }
}

#[test]
fn a_message_comes_back() {
    let blobs = Blobs::new();
    for number in [0, 1, u64::MAX] {
        let written = blobs.write(&number).unwrap();
        assert_eq!(written.head.codec, 3);
        assert_eq!(blobs.read::<u64>(written).unwrap(), number);
    }
}

#[test]
fn what_is_no_message_is_damage() {
    let error = BlobCodec::<u64>::decode(&Prost, &mut Given(vec![0xff, 0xff]), None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}
