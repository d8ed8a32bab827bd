//! A Rust file that a document names is there.

use crate::tidy::finding::Finding;
use crate::tidy::tree::{TextFile, Tree, has_extension};

/// Says what was once, so it may name what is gone.
const HISTORY: &str = "CHANGELOG.md";

/// Finds names of Rust files in inline code, of which no path in the tree ends so.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let documents = tree.texts.iter().filter(|file| has_extension(&file.path, "md"));
    documents
        .filter(|file| file.path != HISTORY)
        .flat_map(|file| check_document(tree, file))
        .collect()
}

fn check_document(tree: &Tree, file: &TextFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        let codes = line.split('`').skip(1).step_by(2);
        for name in codes.filter(|code| is_name(code) && !is_there(tree, code)) {
            let message = format!("there is no file `{name}`");
            findings.push(Finding::new(&file.path, at + 1, message));
        }
    }
    findings
}

fn is_name(code: &str) -> bool {
    has_extension(code, "rs")
        && code.chars().all(|char| char.is_ascii_alphanumeric() || "_-./".contains(char))
}

/// Whether a path is `name`, or ends with it as whole words.
fn is_there(tree: &Tree, name: &str) -> bool {
    let is_end = |path: &str| {
        path.strip_suffix(name).is_some_and(|front| front.is_empty() || front.ends_with('/'))
    };
    tree.paths.iter().any(|path| is_end(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        let files = [(path, text), ("crates/a/src/b/c.rs", "")];
        check(&Tree::of(files.map(|(path, text)| (path.to_owned(), text.to_owned())))).len()
    }

    #[test]
    fn a_file_that_is_not_there_is_found() {
        assert_eq!(found("docs/a.md", "see `d.rs`\n"), 1);
        assert_eq!(found("a.md", "`x/c.rs`, then `bc.rs`; and `/c.rs`\n"), 3);
    }

    #[test]
    fn a_file_is_named_by_any_end_of_its_path() {
        assert_eq!(found("a.md", "`c.rs`, `b/c.rs`, `crates/a/src/b/c.rs`\n"), 0);
    }

    #[test]
    fn other_code_and_the_changelog_are_not_looked_at() {
        assert_eq!(found("a.md", "`cargo run d.rs`, `*.rs`, d.rs, `d.md`\n"), 0);
        assert_eq!(found("CHANGELOG.md", "`d.rs` is gone\n"), 0);
    }
}
