//! Compressed blocks: shorter where it pays.

use std::collections::BTreeMap;

use forebay_state::snapshot::{Compression, Writer};
use forebay_store::ErrorKind;

use super::forge::{Claim, ENTRIES, Forge};
use super::rig::{COMPRESSIONS, Content, head, read, written};

fn there() -> impl Iterator<Item = Compression> {
    COMPRESSIONS.into_iter().filter(|kind| kind.is_there() && *kind != Compression::None)
}

fn texts() -> Content {
    let entries = (0..3000_u32).map(|n| {
        let value = format!("somebody has ordered {} things of colour {}", n % 7, n % 3);
        (n.to_be_bytes().to_vec(), value.into_bytes())
    });
    [(1, entries.collect())].into()
}

/// Bytes that no compression makes shorter.
fn noise() -> Content {
    let mut state = 1_u64;
    let mut byte = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    let entries: BTreeMap<_, _> =
        (0..9_u8).map(|n| (vec![n], (0..60_000).map(|_| byte()).collect())).collect();
    [(1, entries)].into()
}

#[test]
fn what_can_be_made_shorter_is() {
    let plain = written(&texts(), Compression::None);
    for kind in there() {
        let bytes = written(&texts(), kind);
        assert!(bytes.len() * 3 < plain.len(), "{kind}: {} of {}", bytes.len(), plain.len());
        assert!(read(&bytes).unwrap().0 == texts());
    }
}

#[test]
fn what_cannot_be_made_shorter_is_stored_as_it_is() {
    let plain = written(&noise(), Compression::None);
    for kind in there() {
        assert!(written(&noise(), kind) == plain, "{kind}");
    }
}

#[test]
fn a_compression_that_is_not_there_is_unsupported() {
    for kind in COMPRESSIONS.into_iter().filter(|kind| !kind.is_there()) {
        let error = Writer::new(Vec::new(), &head(), kind).map(|_| "written").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        let compression = if kind == Compression::Lz4 { 1 } else { 2 };
        let claim = Claim { compression, length: Some(90), ..Claim::of(ENTRIES, 1, 1) };
        let error =
            read(&Forge::new().block(claim, &[0; 50]).end(&[])).map(|_| "read").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains(&kind.to_string()), "{error}");
    }
}
