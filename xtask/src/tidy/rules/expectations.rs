//! A lint that does not fit is expected with a reason, never allowed.

use crate::tidy::finding::Finding;
use crate::tidy::source::{Source, line_of};

/// Finds `#[allow(..)]`.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let code = source.code.as_str();
    code.match_indices("allow(")
        .filter(|&(at, _)| stands_in_attribute(&code[..at]))
        .map(|(at, _)| {
            let message =
                "write `#[expect(.., reason = \"..\")]`: it is noticed when it is not needed";
            Finding::new(&source.path, line_of(code, at), message)
        })
        .collect()
}

fn stands_in_attribute(before: &str) -> bool {
    let attribute = before.rfind("#[").max(before.rfind("#!["));
    attribute.is_some_and(|at| {
        let inside = &before[at..];
        let direct = inside == "#[" || inside == "#![";
        direct || (inside.contains("cfg_attr(") && !inside.contains(']'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_is_found_in_every_form() {
        assert_eq!(check(&Source::new("src/a.rs", "#[allow(dead_code)]\nfn a() {}")).len(), 1);
        assert_eq!(check(&Source::new("src/a.rs", "#![allow(dead_code)]")).len(), 1);
        let gated = "#[cfg_attr(test, allow(dead_code))]\nfn a() {}";
        assert_eq!(check(&Source::new("src/a.rs", gated)).len(), 1);
    }

    #[test]
    fn an_expectation_and_a_function_of_that_name_are_tidy() {
        let text = "#[expect(dead_code, reason = \"b\")]\nfn allow(c: u8) { self.allow(c) }";
        assert!(check(&Source::new("src/a.rs", text)).is_empty());
    }
}
