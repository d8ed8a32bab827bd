//! Names say what a thing is: no grab bags, no ranks, and a test's name is a claim.

use crate::tidy::finding::Finding;
use crate::tidy::function::functions;
use crate::tidy::source::{Source, is_word_char, line_of, words_at};

const VAGUE_FILES: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc"];
const VAGUE_SUFFIXES: &[&str] = &["Manager", "Helper", "Handler", "Processor"];
const VAGUE_TESTS: &[&str] = &["it_works", "works", "basic", "smoke"];

/// Finds files and folders that are named for nothing.
pub(crate) fn check_file(source: &Source) -> Vec<Finding> {
    source
        .path
        .split('/')
        .map(|part| part.trim_end_matches(".rs"))
        .filter(|part| VAGUE_FILES.contains(part))
        .map(|part| {
            let message = format!("`{part}` names no concept: name the file for what it holds");
            Finding::new(&source.path, 1, message)
        })
        .collect()
}

/// Finds types that are named for a rank instead of a role.
pub(crate) fn check_types(source: &Source) -> Vec<Finding> {
    let code = source.code.as_str();
    let mut findings = Vec::new();
    for keyword in ["struct", "enum", "trait", "type", "union"] {
        for at in words_at(code, keyword) {
            let rest = code[at + keyword.len()..].trim_start();
            let name = &rest[..rest.find(|char| !is_word_char(char)).unwrap_or(rest.len())];
            if let Some(suffix) = VAGUE_SUFFIXES.iter().find(|suffix| name.ends_with(**suffix)) {
                let message = format!("`{name}`: `{suffix}` is a rank; name the role");
                findings.push(Finding::new(&source.path, line_of(code, at), message));
            }
        }
    }
    findings
}

/// Finds tests whose name is not a claim.
pub(crate) fn check_tests(source: &Source) -> Vec<Finding> {
    functions(source)
        .iter()
        .filter(|function| function.is_test())
        .filter(|function| {
            let name = function.name;
            name.starts_with("test_") || name == "test" || VAGUE_TESTS.contains(&name)
        })
        .map(|function| {
            let message = format!("`{}`: name the test for what it claims", function.name);
            Finding::new(&source.path, function.line, message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grab_bag_is_found_as_file_and_as_folder() {
        assert_eq!(check_file(&Source::new("crates/a/src/utils.rs", "")).len(), 1);
        assert_eq!(check_file(&Source::new("crates/a/tests/common/mod.rs", "")).len(), 1);
        assert!(check_file(&Source::new("crates/a/src/commons.rs", "")).is_empty());
    }

    #[test]
    fn a_rank_in_a_type_name_is_found() {
        assert_eq!(check_types(&Source::new("src/a.rs", "pub struct FlushManager;")).len(), 1);
        assert_eq!(check_types(&Source::new("src/a.rs", "enum LoadHelper<K> {}")).len(), 1);
        assert!(check_types(&Source::new("src/a.rs", "struct ManagerOfNothing;")).is_empty());
    }

    #[test]
    fn a_test_that_is_no_claim_is_found() {
        let text = "#[test]\nfn test_flush() {}\n#[test]\nfn a_flush_stores() {}\nfn test_b() {}\n";
        let found = check_tests(&Source::new("src/a.rs", text));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 2);
    }
}
