//! Every file opens by saying what the thing is.

use crate::tidy::finding::Finding;
use crate::tidy::source::Source;

/// Finds files whose first line is not a module header.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let first = source.text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    if first.starts_with("//! ") {
        return Vec::new();
    }
    vec![Finding::new(&source.path, 1, "open with a `//!` header that says what this file is")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_header_is_found() {
        assert_eq!(check(&Source::new("src/a.rs", "use b;\n")).len(), 1);
        assert_eq!(check(&Source::new("src/a.rs", "")).len(), 1);
        assert_eq!(check(&Source::new("src/a.rs", "//!\n")).len(), 1);
    }

    #[test]
    fn a_file_with_a_header_is_tidy() {
        assert!(check(&Source::new("src/a.rs", "//! A thing.\n")).is_empty());
    }
}
