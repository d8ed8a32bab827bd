//! A test that a document names is there.

use std::collections::BTreeSet;

use crate::tidy::finding::Finding;
use crate::tidy::function::functions;
use crate::tidy::source::{Kind, Source, is_word_char};
use crate::tidy::tree::{TextFile, Tree, has_extension};

/// The heading of a column of tests.
const COLUMN: &str = "shown by";

/// Finds tests that a table names under [`COLUMN`], and modules of tests, which are not there.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let known = known(&tree.sources);
    let documents = tree.texts.iter().filter(|file| has_extension(&file.path, "md"));
    documents.flat_map(|file| check_document(&known, file)).collect()
}

fn check_document(known: &BTreeSet<String>, file: &TextFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut column = None;
    for (at, line) in file.text.lines().enumerate() {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        if !line.starts_with('|') {
            column = None;
        } else if let Some(heading) = cells.iter().position(|cell| *cell == COLUMN) {
            column = Some(heading);
        } else if let Some(cell) = column.and_then(|column| cells.get(column)) {
            let names = cell.split('`').skip(1).step_by(2).filter(|code| is_name(code));
            for name in names.filter(|name| !known.contains(*name)) {
                let message = format!("there is no test, and no module with tests, `{name}`");
                findings.push(Finding::new(&file.path, at + 1, message));
            }
        }
    }
    findings
}

/// Whether it is the path of a test or of a module: one word alone may be anything.
fn is_name(code: &str) -> bool {
    code.contains("::") && code.split("::").all(|part| part.chars().all(is_word_char))
}

/// All ends of the paths of tests, and of the modules that they are in.
fn known(sources: &[Source]) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for source in sources {
        let tests = functions(source);
        for test in tests.iter().filter(|function| function.is_test()) {
            let mut path = module(source);
            path.push(test.name);
            for end in 1..=path.len() {
                known.extend((0..end).map(|begin| path[begin..end].join("::")));
            }
        }
    }
    known
}

/// The module in which the tests of a file are.
fn module(source: &Source) -> Vec<&str> {
    let path = source.path.trim_end_matches(".rs").trim_end_matches("/mod");
    let inline = (source.kind == Kind::Production).then_some("tests");
    path.split('/').chain(inline).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(cell: &str) -> usize {
        let table = format!("| no. | shown by |\n|---|---|\n| 1 | {cell} |\n\n| a | b |\n");
        let files = [
            ("docs/a.md", &*table),
            ("crates/a/tests/it/b/mod.rs", "mod c;\n"),
            ("crates/a/tests/it/b/c.rs", "#[test]\nfn it_holds() {}\nfn rig() {}\n"),
            ("crates/a/src/d.rs", "#[cfg(test)]\nmod tests {\n#[test]\nfn too() {}\n}\n"),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        check(&Tree::of(files)).len()
    }

    #[test]
    fn a_test_that_is_not_there_is_found() {
        assert_eq!(found("`b::c::it_held`, `c::it_holds`"), 1);
        assert_eq!(found("`c::rig`"), 1);
        assert_eq!(found("`d::c`, `x::b`"), 2);
    }

    #[test]
    fn a_test_and_a_module_with_tests_are_there() {
        assert_eq!(found("`b::c::it_holds` and `it::b`, `d::tests::too`"), 0);
    }

    #[test]
    fn other_words_and_other_tables_are_not_looked_at() {
        assert_eq!(found("`cargo xtask drill`, `whatever`, a::b"), 0);
        assert_eq!(found("- |\n\n| what | here |\n|---|---|\n| `a::b` | `c::d`"), 0);
    }
}
