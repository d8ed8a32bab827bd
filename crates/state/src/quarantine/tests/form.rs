//! A quarantined value as bytes.

use forebay_store::ErrorKind;

use crate::quarantine::{Cause, Held};
use crate::revision::Revision;
use crate::value::{Dictionary, write_value};

/// A value that fields have to be told of.
pub(super) fn held(cause: Cause) -> Held {
    #[derive(serde::Serialize)]
    struct User {
        name: &'static str,
        visits: u32,
    }
    #[derive(serde::Serialize)]
    struct Other {
        number: u8,
    }
    let (mut dictionary, mut bytes) = (Dictionary::new(), Vec::new());
    // Another one came before, so that its layout is not the first.
    write_value(&Other { number: 1 }, &mut dictionary, &mut bytes).expect("it can be written");
    bytes.clear();
    let user = User { name: "Plato", visits: 300 };
    write_value(&user, &mut dictionary, &mut bytes).expect("it can be written");
    Held::new(7, (&bytes, &dictionary), cause, Revision(1 << 33))
}

fn causes() -> Vec<Cause> {
    let message = || "it does not fit".to_owned();
    vec![
        Cause::MissingHop { from: 3 },
        Cause::HopFailed { from: 300, message: message() },
        Cause::HopPanicked { from: 3, message: message() },
        Cause::FromFuture { current: 3 },
        Cause::NotDecoded { message: message() },
        Cause::KeyNotDecoded { message: message() },
        Cause::UnknownTable,
        Cause::ShapeChanged { message: message() },
    ]
}

fn written(held: &Held) -> Vec<u8> {
    let mut bytes = Vec::new();
    held.write(&mut bytes);
    bytes
}

#[test]
fn what_is_written_is_read_again() {
    for cause in causes() {
        let mut held = held(cause);
        let read = Held::read_from(&written(&held)).expect("it was written");
        held.is_new = false;
        assert_eq!(read, held);
    }
}

#[test]
fn the_bytes_are_those_of_the_format() {
    let held = Held::new(2, (&[0x25], &Dictionary::new()), Cause::UnknownTable, Revision(300));
    assert_eq!(written(&held), [1, 2, 0xAC, 2, 7, 0, 0x25]);
    let cause = Cause::HopFailed { from: 1, message: "no".into() };
    let held = Held::new(2, (&[0x25], &Dictionary::new()), cause, Revision(1));
    assert_eq!(written(&held), [1, 2, 1, 2, 1, 2, b'n', b'o', 0, 0x25]);
}

#[test]
fn what_was_never_written_is_damage() {
    for cause in causes() {
        let bytes = written(&held(cause));
        for length in 0..bytes.len() {
            // What is cut off behind the layouts may be all of a shorter value.
            if let Err(error) = Held::read_from(&bytes[..length]) {
                assert_eq!(error.kind(), ErrorKind::Corrupt);
            }
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut wrong = bytes.clone();
                wrong[at] ^= 1 << bit;
                if let Err(error) = Held::read_from(&wrong) {
                    let is_form = at == 0 && error.kind() == ErrorKind::Unsupported;
                    assert!(is_form || error.kind() == ErrorKind::Corrupt, "{error}");
                }
            }
        }
    }
    assert!(Held::read_from(&[1, 2, 3]).is_err());
    assert!(Held::read_from(&[]).is_err());
}

#[test]
fn damaged_bytes_are_kept_as_they_are() {
    let cause = Cause::NotDecoded { message: "no tag".into() };
    let held = Held::new(1, (&[0xEE, 1, 2], &Dictionary::new()), cause, Revision(1));
    let read = Held::read_from(&written(&held)).expect("it was written");
    assert_eq!((read.value, read.layouts), (vec![0xEE, 1, 2], Vec::new()));
}

#[test]
fn what_a_cause_says_is_bounded() {
    let error = forebay_store::Error::invalid("ä".repeat(3000));
    let Cause::ShapeChanged { message } = Cause::of_value(&error) else { panic!("another cause") };
    assert!(message.len() <= 1024 && message.len() > 1000);
}
