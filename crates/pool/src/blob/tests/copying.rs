//! A copy is the same blob, elsewhere.

use forebay_store::ErrorKind;

use super::rig::{ID, Noted, read, scratch, scratch_of, write};
use crate::blob::{check_blob, copy_blob};
use crate::key::Key;
use crate::medium::Medium;

#[test]
fn a_copy_has_the_same_content_and_head_but_for_where_it_begins() {
    let (from, to) = (Noted::default(), Noted { offset: 4096, ..Noted::default() });
    for length in [0, 1, 5000, 262_144, 700_000] {
        let value: Vec<u8> = (0..length).map(|n: u32| (n % 241) as u8).collect();
        let written = write(&from, &value).unwrap();
        let begun = to.begin(Some(u64::from(length))).unwrap();
        let copied = copy_blob(&from, written.place, ID, begun, &mut scratch_of(5000)).unwrap();
        assert_eq!(read::<Vec<u8>>(&to, copied.place).unwrap(), value);
        assert_eq!(check_blob(&to, copied.place, &mut |_| ()).unwrap(), copied.head);
        let moved = crate::blob::Head { offset: written.head.offset, ..copied.head };
        assert_eq!(moved, written.head);
    }
}

#[test]
fn a_blob_of_another_id_is_not_copied() {
    let (from, to) = (Noted::default(), Noted::default());
    let place = write(&from, &vec![1_u8; 10]).unwrap().place;
    let (other, begun) = (Key::from_bytes([1; 16]), to.begin(None).unwrap());
    let error = copy_blob(&from, place, other, begun, &mut scratch()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert_eq!(to.blobs(), 0);
}

#[test]
fn a_copy_that_cannot_be_written_leaves_nothing() {
    let from = Noted::default();
    let to = Noted { failing_put: Some((1, false)), ..Noted::default() };
    let place = write(&from, &vec![1_u8; 1 << 20]).unwrap().place;
    let begun = to.begin(None).unwrap();
    let error = copy_blob(&from, place, ID, begun, &mut scratch()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(to.blobs(), 0);
}
