//! A guarantee that code cites is one that users were given.

use crate::tidy::finding::Finding;
use crate::tidy::source::{is_word_char, line_of};
use crate::tidy::tree::Tree;

const DOCUMENT: &str = "docs/guarantees.md";

/// Finds citations of guarantees that the document does not state.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let stated: Vec<&str> =
        citations(tree.text(DOCUMENT).unwrap_or("")).map(|(_, name)| name).collect();
    tree.sources
        .iter()
        .flat_map(|source| citations(&source.comments).map(move |cited| (source, cited)))
        .filter(|(_, (_, name))| !stated.contains(name))
        .map(|(source, (at, name))| {
            let message = format!("{name} is cited here, but {DOCUMENT} does not state it");
            Finding::new(&source.path, line_of(&source.comments, at), message)
        })
        .collect()
}

/// Every `G` with a number behind it that stands as a word.
fn citations(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('G').filter_map(move |(at, _)| {
        let begins = !text[..at].ends_with(is_word_char);
        let rest = &text[at + 1..];
        let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
        let ends = !rest[digits..].starts_with(is_word_char);
        (begins && ends && digits > 0).then(|| (at, &text[at..=at + digits]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(code: &str) -> Tree {
        Tree::of([
            ("crates/a/src/b.rs".to_owned(), code.to_owned()),
            (DOCUMENT.to_owned(), "## G4 Dirty\n".to_owned()),
        ])
    }

    #[test]
    fn a_guarantee_that_was_not_given_is_found() {
        let found = check(&tree("// G4: kept.\n// G5: kept.\n"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 2);
    }

    #[test]
    fn a_type_parameter_is_not_a_citation() {
        assert!(check(&tree("fn a<G5>(b: G5) {}\n// HG5 and G5x\n")).is_empty());
    }
}
