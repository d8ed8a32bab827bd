//! What a pair takes in a file.

const PAGE: u64 = 4096;
/// What stands in a page for each pair, about.
const ENTRY: u64 = 32;

/// What a key with its value takes in a file, about: several small ones share a page, which is half full at least,
/// and a longer one has so many pages that they are a power of two.
pub(crate) fn footprint(key: usize, value: usize) -> u64 {
    let bytes = (key as u64).saturating_add(value as u64).saturating_add(ENTRY);
    if bytes <= PAGE / 2 { bytes * 2 } else { bytes.next_power_of_two().max(PAGE) }
}
