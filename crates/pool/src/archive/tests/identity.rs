//! The identity.

use forebay_store::ErrorKind;
use proptest::prelude::*;

use super::rig::{key, unsaved};
use crate::archive::identity::Identity;
use crate::blob::checksum;

#[test]
fn an_identity_comes_back() {
    proptest!(unsaved(), |(number: u64, made: u64)| {
        let identity = Identity { id: key(number), made };
        prop_assert_eq!(Identity::from_bytes(&identity.to_bytes()).unwrap(), identity);
    });
}

#[test]
fn an_identity_with_any_bit_wrong_is_corrupt() {
    let good = Identity { id: key(7), made: 1_767_225_600_000 }.to_bytes();
    for bit in 0..good.len() * 8 {
        let mut bad = good;
        bad[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(Identity::from_bytes(&bad).unwrap_err().kind(), ErrorKind::Corrupt, "{bit}");
    }
    for length in 0..good.len() {
        let error = Identity::from_bytes(&good[..length]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{length}");
    }
}

#[test]
fn an_identity_of_a_later_version_is_unsupported() {
    let mut later = Identity { id: key(7), made: 1 }.to_bytes();
    later[8] = 2;
    let end = checksum(&later[..56]).to_le_bytes();
    later[56..].copy_from_slice(&end);
    assert_eq!(Identity::from_bytes(&later).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn what_must_be_zero_is_zero_although_the_checksum_is_right() {
    for at in (10..16).chain(40..56) {
        let mut forged = Identity { id: key(7), made: 1 }.to_bytes();
        forged[at] = 1;
        let end = checksum(&forged[..56]).to_le_bytes();
        forged[56..].copy_from_slice(&end);
        assert_eq!(Identity::from_bytes(&forged).unwrap_err().kind(), ErrorKind::Corrupt, "{at}");
    }
}
