//! Bytes that nobody wrote: an error of the right kind, never a panic, never memory for what they claim.

use forebay_state::value::{Dictionary, Drift, check_value, read_value, write_value};
use forebay_store::ErrorKind;
use proptest::prelude::*;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::everything::{Everything, everything};
use super::rig::written;
use super::seen::Seen;

/// Reads as a type, without a type, and not at all.
fn read_all<T: DeserializeOwned>(bytes: &[u8], dictionary: &Dictionary) {
    let mut drift = Drift::new();
    let checked = check_value(bytes, dictionary);
    let typed = read_value::<T>(bytes, dictionary, &mut drift).map(drop);
    let seen = read_value::<Seen>(bytes, dictionary, &mut drift).map(drop);
    let ignored = read_value::<IgnoredAny>(bytes, dictionary, &mut drift).map(drop);
    assert_eq!(ignored.is_ok(), checked.is_ok());
    for (read, is_right) in [(typed, true), (seen, false)] {
        match (read, &checked) {
            (Ok(()), Ok(())) => {}
            (Err(error), Ok(())) if is_right => assert_eq!(error.kind(), ErrorKind::Invalid),
            (Err(error), Err(_)) => assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}"),
            (read, checked) => panic!("read {read:?}, checked {checked:?}"),
        }
    }
}

proptest! {
    #[test]
    fn every_prefix_is_damage(value in everything()) {
        let (bytes, dictionary) = written(&value);
        for end in 0..bytes.len() {
            let cut = &bytes[..end];
            let error = read_value::<Everything>(cut, &dictionary, &mut Drift::new()).unwrap_err();
            prop_assert_eq!(error.kind(), ErrorKind::Corrupt);
            read_all::<Everything>(cut, &dictionary);
        }
    }

    #[test]
    fn a_flipped_bit_is_no_panic(value in everything()) {
        let (mut bytes, dictionary) = written(&value);
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            read_all::<Everything>(&bytes, &dictionary);
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }

    #[test]
    fn any_bytes_are_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let (_, dictionary) = written(&Everything::Small(1, 2));
        read_all::<Everything>(&bytes, &dictionary);
        let _: Result<(), _> = Dictionary::new().read_entries(&bytes);
    }

    #[test]
    fn a_damaged_dictionary_is_no_panic(value in everything(), at in any::<usize>(), bit in 0..8) {
        let (bytes, dictionary) = written(&value);
        let mut entries = Vec::new();
        dictionary.write_entries(0, &mut entries);
        let at = at % entries.len();
        entries[at] ^= 1_u8 << bit;
        let mut damaged = Dictionary::new();
        if let Err(error) = damaged.read_entries(&entries) {
            prop_assert_eq!(error.kind(), ErrorKind::Corrupt);
        }
        read_all::<Everything>(&bytes, &damaged);
    }
}

#[test]
fn what_no_writer_writes_is_corrupt_and_says_where() {
    let cases: [(&[u8], &str); 16] = [
        (&[], "byte 0"),
        (&[0x13], "tag"),
        (&[0xE0], "tag"),
        (&[0xFF], "tag"),
        (&[0x03, 0x80, 0x00], "number"),
        (&[0x03, 0xFF], "number"),
        (&[0x05, 0x00], "early"),
        (&[0x61, 0xFF], "UTF-8"),
        (&[0x62, 0x41], "early"),
        (&[0x0A, 0xFF, 0x7F, 0x41], "length"),
        (&[0x0D, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], "length"),
        (&[0x0F, 0x02, 0x20, 0x20, 0x20], "length"),
        (&[0x09, 0x80, 0xB0, 0x03], "character"),
        (&[0xA0], "layout"),
        (&[0x20, 0x20], "behind"),
        (&[0x0E, 0x20], "early"),
    ];
    for (bytes, what) in cases {
        let dictionary = Dictionary::new();
        let checked = check_value(bytes, &dictionary).unwrap_err();
        let read = read_value::<Seen>(bytes, &dictionary, &mut Drift::new()).unwrap_err();
        for error in [checked, read] {
            assert_eq!(error.kind(), ErrorKind::Corrupt);
            assert!(error.to_string().contains(what), "{bytes:x?}: {error}");
        }
    }
}

#[test]
fn a_text_that_is_utf_8_only_with_what_is_beside_it_is_corrupt() {
    // The last byte of the text and the tag of the next one, of 32 bytes, are one character together.
    let ends_within = [&[0x0D, 2, 0x61, 0xC3, 0x80][..], &[0x41; 32]].concat();
    // Behind a good text: the last byte of a byte string, the tag of the text, and the first byte of that.
    let begins_within =
        [&[0x0D, 3, 0x61, 0x41, 0x0B, 1, 0xE1, 0x80, 0x81][..], &[0x41; 31]].concat();
    for bytes in [ends_within, begins_within] {
        let dictionary = Dictionary::new();
        let checked = check_value(&bytes, &dictionary).unwrap_err();
        let read = read_value::<Seen>(&bytes, &dictionary, &mut Drift::new()).unwrap_err();
        for error in [checked, read] {
            assert_eq!(error.kind(), ErrorKind::Corrupt);
            assert!(error.to_string().contains("UTF-8"), "{bytes:x?}: {error}");
        }
    }
}

#[test]
fn a_longer_form_of_a_number_or_text_means_the_same() {
    let dictionary = Dictionary::new();
    let mut drift = Drift::new();
    assert_eq!(read_value::<u8>(&[0x03, 0x05], &dictionary, &mut drift).unwrap(), 5);
    assert_eq!(read_value::<String>(&[0x0A, 0x01, 0x41], &dictionary, &mut drift).unwrap(), "A");
    let mut wide = vec![0x05, 7];
    wide.resize(17, 0);
    assert_eq!(read_value::<u8>(&wide, &dictionary, &mut drift).unwrap(), 7);
    assert_eq!(read_value::<u128>(&wide, &dictionary, &mut drift).unwrap(), 7);
}

#[test]
fn a_refused_value_leaves_nothing_behind() {
    let mut bytes = vec![1, 2, 3];
    let mut dictionary = Dictionary::new();
    let error = write_value(&super::refused::Liar, &mut dictionary, &mut bytes).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(bytes, [1, 2, 3]);
}
