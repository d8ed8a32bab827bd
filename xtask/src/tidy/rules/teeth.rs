//! A test can fail: it is run, it claims something, and no claim is thrown away.

use std::collections::{BTreeMap, BTreeSet};

use crate::tidy::finding::Finding;
use crate::tidy::function::{Function, functions};
use crate::tidy::source::{Source, is_word_char, line_of};
use crate::tidy::tree::Tree;

const TOOTHLESS: &[(&str, &str)] = &[
    ("#[ignore", "an ignored test checks nothing: mend it or remove it"),
    ("#[should_panic", "assert the error; a panic may come from anywhere"),
];

/// What can make a test fail.
const CLAIMS: &[&str] = &["assert", "panic!(", "unreachable!(", "unwrap_err(", "expect_err("];
/// What can make a test fail only in the test itself, where it is meant as a claim.
const WEAK_CLAIMS: &[&str] = &["expect(", "?"];
/// Whatever is called so checks something, wherever it stands.
const CHECKERS: &[&str] = &["check", "conformance"];

/// Finds tests that are not run, or that pass by failing.
pub(crate) fn check_attributes(source: &Source) -> Vec<Finding> {
    TOOTHLESS
        .iter()
        .flat_map(|(mark, message)| {
            source.code.match_indices(mark).map(move |(at, _)| (at, *message))
        })
        .map(|(at, message)| Finding::new(&source.path, line_of(&source.code, at), message))
        .collect()
}

/// Finds `matches!(..);`, which compares and forgets.
pub(crate) fn check_statements(source: &Source) -> Vec<Finding> {
    let code = source.code.as_str();
    code.match_indices("matches!(")
        .filter(|&(at, mark)| {
            let begins =
                matches!(code[..at].trim_end().chars().next_back(), None | Some(';' | '{' | '}'));
            begins && ends_with_semicolon(&code[at + mark.len()..])
        })
        .map(|(at, _)| {
            let message = "the result of `matches!` is thrown away: `assert!(matches!(..))`";
            Finding::new(&source.path, line_of(code, at), message)
        })
        .collect()
}

/// Finds tests that claim nothing, not even through a function of their crate.
pub(crate) fn check_claims(tree: &Tree) -> Vec<Finding> {
    let mut crates: BTreeMap<&str, Vec<&Source>> = BTreeMap::new();
    for source in &tree.sources {
        crates.entry(crate_of(&source.path)).or_default().push(source);
    }
    crates.values().flat_map(|sources| check_crate(sources)).collect()
}

fn check_crate(sources: &[&Source]) -> Vec<Finding> {
    let all: Vec<(&Source, Function<'_>)> = sources
        .iter()
        .flat_map(|source| functions(source).into_iter().map(move |function| (*source, function)))
        .filter(|(source, function)| source.is_test_line(function.line))
        .collect();
    let claiming = claiming_functions(&all);
    all.iter()
        .filter(|(_, function)| function.is_test())
        .filter(|(_, function)| {
            let body = function.body.replace("?Sized", "");
            !claims(&body, &claiming) && !WEAK_CLAIMS.iter().any(|mark| body.contains(mark))
        })
        .map(|(source, function)| {
            let message = format!("`{}` cannot fail: assert what its name claims", function.name);
            Finding::new(&source.path, function.line, message)
        })
        .collect()
}

/// The functions that make a claim, directly or through each other.
fn claiming_functions<'f>(all: &'f [(&Source, Function<'f>)]) -> BTreeSet<&'f str> {
    let mut claiming = BTreeSet::new();
    loop {
        let more: Vec<&str> = all
            .iter()
            .map(|(_, function)| function)
            .filter(|function| !claiming.contains(function.name))
            .filter(|function| claims(function.body, &claiming))
            .map(|function| function.name)
            .collect();
        if more.is_empty() {
            return claiming;
        }
        claiming.extend(more);
    }
}

fn claims(body: &str, claiming: &BTreeSet<&str>) -> bool {
    CLAIMS.iter().any(|mark| body.contains(mark))
        || called(body).any(|name| {
            claiming.contains(name) || CHECKERS.iter().any(|checker| name.contains(checker))
        })
}

/// The names in this code that stand before a parenthesis or a path separator.
fn called(body: &str) -> impl Iterator<Item = &str> {
    body.split_inclusive(|char| !is_word_char(char))
        .filter(|word| word.ends_with(['(', ':']))
        .map(|word| word.trim_end_matches(['(', ':']))
}

fn ends_with_semicolon(arguments: &str) -> bool {
    let mut depth = 1_usize;
    for (at, char) in arguments.char_indices() {
        match char {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return arguments[at + 1..].trim_start().starts_with(';');
        }
    }
    false
}

fn crate_of(path: &str) -> &str {
    let folders = ["/src/", "/tests/", "/examples/", "/benches/", "/fuzz_targets/"];
    let end = folders.iter().filter_map(|folder| path.find(folder)).min();
    end.map_or("", |end| &path[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn claims_found(text: &str) -> usize {
        let file = ("crates/a/tests/it/b.rs".to_owned(), text.to_owned());
        check_claims(&Tree::of([file])).len()
    }

    #[test]
    fn a_test_that_is_not_run_is_found() {
        let source = Source::new("src/a.rs", "#[test]\n#[ignore = \"slow\"]\nfn a() {}\n");
        assert_eq!(check_attributes(&source)[0].line, 2);
        let source = Source::new("src/a.rs", "#[test]\n#[should_panic]\nfn a() {}\n");
        assert_eq!(check_attributes(&source).len(), 1);
    }

    #[test]
    fn a_comparison_that_is_thrown_away_is_found() {
        let source = Source::new("src/a.rs", "fn a() {\n    matches!(b(c), Some(_));\n}\n");
        assert_eq!(check_statements(&source)[0].line, 2);
        let kept = "fn a() -> bool {\n    assert!(matches!(b, C));\n    matches!(b, C)\n}\n";
        assert!(check_statements(&Source::new("src/a.rs", kept)).is_empty());
    }

    #[test]
    fn a_test_that_claims_nothing_is_found() {
        assert_eq!(claims_found("#[test]\nfn a() {\n    open().unwrap();\n}\n"), 1);
        assert_eq!(claims_found("#[test]\nfn a() {\n    assert!(open());\n}\n"), 0);
        assert_eq!(claims_found("#[test]\nfn a() -> Result<()> {\n    open()?;\n}\n"), 0);
    }

    #[test]
    fn a_claim_may_stand_in_a_function_of_the_crate() {
        assert_eq!(
            claims_found("#[test]\nfn a() { c(); }\nfn b() { assert!(x); }\nfn c() { b() }"),
            0
        );
        assert_eq!(
            claims_found("#[test]\nfn a() { c(); }\nfn b() { assert!(x); }\nfn c() { x() }"),
            1
        );
        assert_eq!(claims_found("#[test]\nfn a() { conformance::all(&store); }\n"), 0);
    }
}
