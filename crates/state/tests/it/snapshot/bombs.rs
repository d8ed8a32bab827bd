//! Compressed blocks that say something wrong about what becomes of them.

use super::forge::{Claim, ENTRIES, Forge, encoded};
use super::rig::{damage, read};

/// A block that becomes more, or less, than it says is given up at what it says.
fn bombs(compression: u8, press: impl Fn(&[u8]) -> Vec<u8>) {
    let payload = encoded(&[("a", &"b".repeat(90)), ("c", &"d".repeat(90))]);
    let length = u32::try_from(payload.len()).unwrap();
    let bomb = press(&vec![0; 64 << 20]);
    let claim = |length| Claim { compression, length: Some(length), ..Claim::of(ENTRIES, 1, 2) };
    let good = Forge::new().block(claim(length), &press(&payload));
    assert_eq!(read(&good.end_with(&footer_of(length), 1)).unwrap().1.entries(), 2);
    let broken = "it cannot be uncompressed";
    for wrong in [length - 1, length + 1, 256 << 10] {
        let forge = Forge::new().block(claim(wrong), &press(&payload));
        assert_eq!(damage(&forge.end(&[])).what, broken, "{wrong}");
    }
    let bomb = &bomb[..bomb.len().min(250 << 10)];
    let forge = Forge::new().block(claim(256 << 10), bomb);
    assert_eq!(damage(&forge.end(&[])).what, broken, "the bomb");
    let forge = Forge::new().block(claim(256 << 10), &[0xFF; 300]);
    assert_eq!(damage(&forge.end(&[])).what, broken, "no such thing");
}

fn footer_of(length: u32) -> Vec<u8> {
    let mut bytes = super::forge::footer(0, &[]);
    bytes[17] = 1;
    bytes.extend_from_slice(&[1, 2, (length % 128 + 128).try_into().unwrap()]);
    bytes.extend_from_slice(&[(length / 128).try_into().unwrap(), 1]);
    bytes
}

#[cfg(feature = "lz4")]
#[test]
fn an_lz4_block_never_becomes_more_than_it_says() {
    bombs(1, lz4_flex::block::compress);
}

#[cfg(feature = "zstd")]
#[test]
fn a_zstd_block_never_becomes_more_than_it_says() {
    bombs(2, |bytes| zstd::bulk::compress(bytes, 3).unwrap());
}
