//! Source is plain ASCII: what looks alike is alike. Strings of tests may hold anything.

use crate::tidy::finding::Finding;
use crate::tidy::source::Source;

/// Finds other characters in code, in comments, and in strings that ship.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let views = [(&source.code, false), (&source.comments, false), (&source.literals, true)];
    let mut findings = Vec::new();
    for (view, is_literal) in views {
        for (at, line) in view.lines().enumerate() {
            let free = is_literal && source.is_test_line(at + 1);
            if let Some(char) = line.chars().find(|char| !char.is_ascii()).filter(|_| !free) {
                let message = format!("`{}` is not ASCII: write it plainly", char.escape_unicode());
                findings.push(Finding::new(&source.path, at + 1, message));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_characters_are_found_in_code_comments_and_strings_that_ship() {
        assert_eq!(check(&Source::new("src/a.rs", "// a \u{2192} b\n")).len(), 1);
        assert_eq!(check(&Source::new("src/a.rs", "let \u{e4} = 1;\n")).len(), 1);
        assert_eq!(check(&Source::new("src/a.rs", "let a = \"\u{e4}\";\n")).len(), 1);
    }

    #[test]
    fn strings_of_tests_may_hold_anything() {
        assert!(check(&Source::new("tests/it/a.rs", "let a = \"\u{e4}\";\n")).is_empty());
    }
}
