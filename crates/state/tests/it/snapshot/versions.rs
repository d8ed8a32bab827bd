//! Snapshots of other versions are told from damaged ones.

use forebay_state::snapshot::Reader;
use forebay_store::ErrorKind;

use super::forge::{Claim, Forge, HEAD, head_bytes};
use super::rig::damage;

#[test]
fn another_version_is_unsupported_and_not_damage() {
    for (version, values) in [(2, 1), (0, 1), (1, 2)] {
        let forge = Forge::empty().block(Claim::of(HEAD, 0, 0), &head_bytes(version, values));
        let error = Reader::open(forge.bytes.as_slice()).map(|_| "read").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("this program reads 1"), "{error}");
    }
}

#[test]
fn a_head_that_is_none_is_damage() {
    let whole = head_bytes(1, 1);
    for (at, expected) in
        [(0, "it is not the head of a snapshot"), (12, "its reserved bytes are not 0")]
    {
        let mut wrong = whole.clone();
        wrong[at] ^= 1;
        let forge = Forge::empty().block(Claim::of(HEAD, 0, 0), &wrong);
        assert_eq!(damage(&forge.bytes).what, expected);
    }
    for cut in [0, 8, 87] {
        let forge = Forge::empty().block(Claim::of(HEAD, 0, 0), &whole[..cut]);
        assert_eq!(damage(&forge.bytes).what, "it is too short for a head");
    }
}
