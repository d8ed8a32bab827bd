//! Heads and payloads that nobody wrote, with checksums that are right: an error or a value, and no
//! memory by lengths that lie.
#![no_main]

use forebay_pool::{BlobCodec, HEAD, Object, Postcard};
use forebay_store::ErrorKind;
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};

#[path = "../shared/held_medium.rs"]
mod held_medium;

use held_medium::spilled;

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Tree {
    Leaf(u64, String),
    Pair(Vec<(u8, Option<Vec<u32>>)>),
}

impl Object for Tree {
    const NAME: &'static str = "tree";
    const CODEC: &'static dyn BlobCodec<Self> = &Postcard;

    fn heap_bytes(&self) -> usize {
        0
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&[kind, fields], bytes)) = bytes.split_first_chunk() else { return };
    let length = bytes.len().min(4096);
    match kind % 4 {
        0 => is_survived(vec![0_u64; length / 8], fields, bytes),
        1 => is_survived(" ".repeat(length), fields, bytes),
        2 => is_survived(Tree::Leaf(1, " ".repeat(length)), fields, bytes),
        _ => is_survived(Tree::Pair(vec![(1, None); length / 2]), fields, bytes),
    }
});

fn is_survived<T: Object>(value: T, fields: u8, bytes: &[u8]) {
    let (handle, medium) = spilled(value);
    forge(&mut medium.bytes(), fields, bytes);
    if let Err(error) = handle.get_blocking() {
        let kinds = [ErrorKind::Corrupt, ErrorKind::Invalid, ErrorKind::Unsupported];
        assert!(kinds.contains(&error.kind()), "{error}");
    }
}

/// Overwrites the payload and, as `fields` says, fields of the head, and makes both checksums right.
fn forge(blob: &mut [u8], fields: u8, bytes: &[u8]) {
    let (head, payload) = blob.split_at_mut(HEAD);
    payload.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    head[64..72].copy_from_slice(&crc_fast::crc64_nvme(payload).to_le_bytes());
    for (field, at) in [(0, 8..16), (1, 32..40), (2, 40..48), (3, 48..56), (4, 56..64), (5, 72..80)]
    {
        if fields & 1 << field != 0 {
            head[at].iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        }
    }
    let sum = crc_fast::crc64_nvme(&head[..120]);
    head[120..].copy_from_slice(&sum.to_le_bytes());
}
