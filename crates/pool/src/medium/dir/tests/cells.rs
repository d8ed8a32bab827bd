//! Sizes of cells.

use super::super::cells::{LARGEST, size_for};
use crate::blob::HEAD;

#[test]
fn a_power_of_two_fits_with_its_head_and_little_is_lost() {
    for (payload, kib) in [(0, 1), (896, 1), (897, 2), (65_536, 68), (262_144, 260)] {
        assert_eq!(size_for(payload), Some(kib << 10), "{payload}");
    }
    for shift in 18..=26 {
        assert_eq!(size_for(1 << shift), Some((1 << shift) + 4096), "1 << {shift}");
    }
    assert_eq!(size_for(64 << 20), Some(LARGEST));
    assert_eq!(size_for(LARGEST), None);
    assert_eq!(size_for(u64::MAX), None);
}

#[test]
fn sizes_grow_with_lengths_and_above_a_block_are_whole_blocks() {
    let mut before = 0;
    let mut sizes = 0;
    for payload in (0..=64 << 20).step_by(1_000) {
        let size = size_for(payload).unwrap();
        assert!(size >= before && payload + HEAD as u64 <= size, "{payload} in {size}");
        assert!(size < 4096 || size.is_multiple_of(4096), "{size}");
        assert!(payload < 4096 || size * 3 <= (payload + 4096) * 5, "{payload} in {size}");
        assert!(payload < 300_000 || size * 4 <= (payload + 8192) * 5, "{payload} in {size}");
        sizes += u64::from(size != before);
        before = size;
    }
    // Each has a pack at least, and an eighth of all files is for packs.
    assert!(sizes < 48, "{sizes}");
}
