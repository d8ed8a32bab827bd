//! A blob with some of its bits changed or cut off: the same object where nothing was changed, else
//! damage, and the object again when the bytes are as they were.
#![no_main]

use std::fmt::Debug;

use forebay_pool::{BlobCodec, Object, Postcard};
use forebay_store::ErrorKind;
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};

#[path = "../shared/held_medium.rs"]
mod held_medium;

use held_medium::spilled;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Page {
    lines: Vec<String>,
    mark: Option<u64>,
}

impl Object for Page {
    const NAME: &'static str = "page";
    const CODEC: &'static dyn BlobCodec<Self> = &Postcard;

    fn heap_bytes(&self) -> usize {
        self.lines.iter().map(|line| line.capacity() + 24).sum()
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((shape, mutations)) = bytes.split_at_checked(16) else { return };
    let length = usize::from(shape[1]) * usize::from(shape[2]);
    match shape[0] % 3 {
        0 => is_noticed(
            shape.iter().cycle().take(length).map(|n| u32::from(*n)).collect::<Vec<_>>(),
            mutations,
        ),
        1 => is_noticed("word ".repeat(length), mutations),
        _ => {
            let lines = shape.iter().map(|n| "line ".repeat(usize::from(*n))).collect();
            is_noticed(Page { lines, mark: (shape[3] > 9).then_some(7) }, mutations);
        }
    }
});

fn is_noticed<T: Object + Clone + PartialEq + Debug>(value: T, mutations: &[u8]) {
    let (handle, medium) = spilled(value.clone());
    let good = medium.bytes().clone();
    for mutation in mutations.chunks_exact(4).take(8) {
        mutate(&mut medium.bytes(), mutation);
    }
    let is_good = *medium.bytes() == good;
    match handle.get_blocking() {
        Ok(found) => assert!(is_good && *found == value, "nothing wrong is given out"),
        Err(error) => {
            assert!(!is_good, "{error}");
            assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        }
    }
    *medium.bytes() = good;
    assert_eq!(*handle.get_blocking().expect("an error costs nothing"), value);
}

/// Flips a bit, or cuts the end off.
fn mutate(bytes: &mut Vec<u8>, mutation: &[u8]) {
    let at = usize::from(mutation[0]) << 8 | usize::from(mutation[1]);
    match (mutation[2] % 8, bytes.len()) {
        (_, 0) => {}
        (7, length) => bytes.truncate(at % length),
        (bit, length) => bytes[at % length] ^= 1 << bit,
    }
}
