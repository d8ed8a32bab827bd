//! The tree works wherever it is put: no path of the machine it was written on.

use crate::tidy::finding::Finding;
use crate::tidy::source::{Source, line_of};
use crate::tidy::tree::TextFile;

/// Where people and machines keep what is their own. In two halves, so that this file does not find itself.
const PATHS: &[&str] =
    &[concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/ro", "ot/"), concat!("/t", "mp/")];

/// Finds paths of a machine in a Rust file, wherever they stand.
pub(crate) fn check_source(source: &Source) -> Vec<Finding> {
    find(&source.path, &source.text)
}

/// Finds paths of a machine in other text.
pub(crate) fn check_text(file: &TextFile) -> Vec<Finding> {
    find(&file.path, &file.text)
}

fn find(path: &str, text: &str) -> Vec<Finding> {
    let is_absolute = |at: usize| {
        !text[..at].ends_with(|char: char| char.is_alphanumeric() || "._-/~)}".contains(char))
    };
    PATHS
        .iter()
        .flat_map(|machine| text.match_indices(machine))
        .filter(|&(at, _)| is_absolute(at))
        .map(|(at, _)| {
            Finding::new(path, line_of(text, at), "a path of one machine: start from the workspace")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_found() {
        let text = format!("let a = \"{}main\";\n", PATHS[0]);
        assert_eq!(check_source(&Source::new("src/a.rs", &text)).len(), 1);
        let file = TextFile { path: "a.md".into(), text: format!("see {}.cargo\n", PATHS[2]) };
        assert_eq!(check_text(&file).len(), 1);
    }

    #[test]
    fn a_relative_path_is_tidy() {
        let file = TextFile { path: "a.md".into(), text: format!("see target{}b\n", PATHS[0]) };
        assert!(check_text(&file).is_empty());
    }
}
