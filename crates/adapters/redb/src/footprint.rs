//! What a pair takes in a file.

const PAGE: u64 = 4096;
/// What stands in a page for each pair, about.
const ENTRY: u64 = 32;

/// What a key with its value takes in a file, about: several small ones share a page, which is half full at least,
/// and a longer one has so many pages that they are a power of two.
pub(crate) fn footprint(key: u64, value: u64) -> u64 {
    let bytes = key.saturating_add(value).saturating_add(ENTRY);
    if bytes <= PAGE / 2 {
        return bytes * 2;
    }
    bytes.checked_next_power_of_two().unwrap_or(u64::MAX).max(PAGE)
}
