//! Values that are longer than a block.

use forebay_state::snapshot::{BLOCK_MAX, Compression};

use super::rig::{Content, damage, read, written};

fn around(lengths: impl IntoIterator<Item = usize>) -> Content {
    let entries = lengths.into_iter().enumerate().map(|(at, length)| {
        let value = (0..length).map(|n| (n % 251).try_into().unwrap()).collect();
        (vec![u8::try_from(at).unwrap()], value)
    });
    [(3, entries.collect())].into()
}

#[test]
fn a_value_may_be_as_long_as_it_likes() {
    let edges = (BLOCK_MAX - 40..BLOCK_MAX + 3).step_by(7);
    for content in [around(edges), around([2 * BLOCK_MAX, 1, 2 * BLOCK_MAX + 1, 5_000_000, 0])] {
        assert!(read(&written(&content, Compression::None)).unwrap().0 == content);
    }
}

#[test]
fn an_entry_between_two_long_ones_is_in_its_place() {
    let content = around([600_000, 3, 4, 600_000, 5]);
    let (found, totals) = read(&written(&content, Compression::None)).unwrap();
    assert!(found == content);
    assert_eq!(totals.entries(), 5);
    assert_eq!(totals.tables[0].blocks, 2 * (1 + 3) + 2);
}

#[test]
fn a_wrong_bit_in_a_long_value_is_never_a_value() {
    let mut bytes = written(&around([600_000, 3]), Compression::None);
    for bit in (0..bytes.len() * 8).step_by(40_009) {
        bytes[bit / 8] ^= 1 << (bit % 8);
        damage(&bytes);
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    for length in (0..bytes.len()).step_by(10_007) {
        damage(&bytes[..length]);
    }
}
