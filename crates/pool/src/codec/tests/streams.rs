//! Codecs that put their bytes in crumbs.

use std::io::Write as _;

use forebay_store::{Error, ErrorKind, Postcard, Result};

use super::rig::{Blobs, Given};
use crate::codec::{BlobCodec, Sink};
use crate::object::Object;

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Page(Vec<String>);

impl Object for Page {
    const NAME: &'static str = "page";
    const CODEC: &'static dyn BlobCodec<Self> = &Postcard;

    fn heap_bytes(&self) -> usize {
        0
    }
}

/// Takes so many bytes, then fails.
struct Short(usize);

impl Sink for Short {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or_else(|| Error::unavailable("no device"))?;
        Ok(())
    }
}

#[test]
fn texts_of_any_length_around_what_is_gathered_come_back() {
    let blobs = Blobs::new();
    for length in 1015..1035 {
        let page = Page(vec!["a".repeat(length), "b".repeat(length % 7), "c".repeat(length)]);
        let written = blobs.write(&page).unwrap();
        assert_eq!(blobs.read::<Page>(written).unwrap(), page);
    }
}

#[test]
fn a_failed_sink_is_told_as_what_it_is_and_not_as_the_codecs_failure() {
    let page = Page(vec!["a".repeat(5000)]);
    for taken in [0, 100, 1500] {
        let error = BlobCodec::encode(&Postcard, &page, &mut Short(taken)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
    }
}

#[test]
fn bytes_behind_a_value_are_damage() {
    let decoded = BlobCodec::<Page>::decode(&Postcard, &mut Given(vec![0, 0]), None);
    assert_eq!(decoded.unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn whatever_writes_to_a_writer_can_write_to_a_sink() {
    let mut short = Short(7);
    let sink: &mut dyn Sink = &mut short;
    write!(sink, "{:04}", 7).unwrap();
    assert!(write!(sink, "{:04}", 7).unwrap_err().to_string().contains("no device"));
}
