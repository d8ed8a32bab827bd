//! The changelog has a place for what is not released yet.

use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

const DOCUMENT: &str = "CHANGELOG.md";

/// Finds a changelog that is missing or has no such place.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let has_heading = tree.text(DOCUMENT).is_some_and(|text| {
        text.lines().any(|line| line.starts_with("## ") && line.contains("Unreleased"))
    });
    if has_heading {
        return Vec::new();
    }
    vec![Finding::new(DOCUMENT, 1, "needs a heading `## Unreleased`")]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Tree {
        Tree::of([(DOCUMENT.to_owned(), text.to_owned())])
    }

    #[test]
    fn a_changelog_without_its_place_is_found() {
        assert_eq!(check(&tree("# Changelog\n\n## 0.1.0\n")).len(), 1);
        assert_eq!(check(&Tree::default()).len(), 1);
        assert!(check(&tree("# Changelog\n\n## Unreleased\n")).is_empty());
    }
}
