//! The names of snapshots in the directory of a state.

/// What the name of every snapshot begins with.
const PREFIX: &str = "snap-";

/// The name of the snapshot that covers the records up to `covered`.
pub fn file_name(covered: u64) -> String {
    format!("{PREFIX}{covered:016x}")
}

/// Up to which record the snapshot with this name covers; `None` if it is no snapshot's name.
pub fn parse_name(name: &str) -> Option<u64> {
    let covered = u64::from_str_radix(name.strip_prefix(PREFIX)?, 16).ok()?;
    // Another way to write the same number is another name.
    (file_name(covered) == name).then_some(covered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_is_covered_and_sorts_by_it() {
        for covered in [0, 1, 0xFF, 1 << 32, u64::MAX] {
            assert_eq!(parse_name(&file_name(covered)), Some(covered));
        }
        assert!(file_name(0xFF) < file_name(0x100));
    }

    #[test]
    fn other_names_are_no_snapshots() {
        for name in ["snap-1", "snap-000000000000000G", "snap-+00000000000001", "new-snap", ""] {
            assert_eq!(parse_name(name), None, "{name}");
        }
        assert_eq!(parse_name("snap-00000000000000AB"), None, "upper case");
    }
}
