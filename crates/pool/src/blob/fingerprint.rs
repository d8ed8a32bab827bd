//! Of which type and codec a blob is.

use super::checksum::checksum;

/// Of which type and codec a blob is: a checksum of their names and of an element's layout.
///
/// Names are separated by a byte that no name has, so that `a` + `bc` is not `ab` + `c`.
pub(crate) fn fingerprint(name: &str, codec: &str, (size, align): (u32, u32)) -> u64 {
    checksum(format!("{name}\0{codec}\0{size}:{align}").as_bytes())
}
