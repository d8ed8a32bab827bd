//! Every Rust file is part of some crate: what no `mod` names is dead.

use std::collections::BTreeSet;

use crate::tidy::finding::Finding;
use crate::tidy::module::{declarations, is_root};
use crate::tidy::tree::Tree;

/// Finds files that no crate reaches, and declarations that name no file.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let known: BTreeSet<&str> = tree.sources.iter().map(|source| source.path.as_str()).collect();
    let mut reached = stated_roots(tree);
    for source in &tree.sources {
        if is_root(&source.path) {
            reached.insert(source.path.clone());
        }
        let named = declarations(source).into_iter().filter_map(|declaration| {
            declaration.candidates.into_iter().find(|path| known.contains(path.as_str()))
        });
        reached.extend(named);
    }
    let dead = tree.sources.iter().filter(|source| !reached.contains(&source.path));
    dead.map(|source| Finding::new(&source.path, 1, "no `mod` names this file: it is not compiled"))
        .collect()
}

/// Files that a manifest names as the root of a target.
fn stated_roots(tree: &Tree) -> BTreeSet<String> {
    let mut roots = BTreeSet::new();
    for file in tree.texts.iter().filter(|file| file.path.ends_with("Cargo.toml")) {
        let folder = file.path.trim_end_matches("Cargo.toml");
        for line in file.text.lines() {
            let path = line.strip_prefix("path = \"").and_then(|rest| rest.strip_suffix('"'));
            roots.extend(path.map(|path| format!("{folder}{path}")));
        }
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_no_mod_names_is_found() {
        let files = [
            ("crates/a/src/lib.rs", "mod b;\n"),
            ("crates/a/src/b.rs", ""),
            ("crates/a/src/c.rs", ""),
        ];
        let tree = Tree::of(files.map(|(path, text)| (path.to_owned(), text.to_owned())));
        let found = check(&tree);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "crates/a/src/c.rs");
    }

    #[test]
    fn a_target_that_the_manifest_names_is_reached() {
        let files = [
            ("crates/a/Cargo.toml", "[[test]]\nname = \"b\"\npath = \"checks/b.rs\"\n"),
            ("crates/a/checks/b.rs", ""),
        ];
        let tree = Tree::of(files.map(|(path, text)| (path.to_owned(), text.to_owned())));
        assert!(check(&tree).is_empty());
    }
}
