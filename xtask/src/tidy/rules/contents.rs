//! `lib.rs` and `mod.rs` are tables of contents: docs, modules, exports, and no functions.
//!
//! A macro in code is one of the exports: the compiler looks for it in `lib.rs` and nowhere else.

use crate::tidy::finding::Finding;
use crate::tidy::function::functions;
use crate::tidy::source::{Kind, Source};

/// Finds functions in tables of contents.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let is_table = source.path.ends_with("/lib.rs") || source.path.ends_with("/mod.rs");
    if !is_table || source.kind == Kind::Test {
        return Vec::new();
    }
    functions(source)
        .iter()
        .filter(|function| !function.head.contains("#[proc_macro"))
        .map(|function| {
            let message = format!(
                "`{}`: a table of contents has no functions; give it a file",
                function.name
            );
            Finding::new(&source.path, function.line, message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_in_a_table_of_contents_is_found() {
        assert_eq!(check(&Source::new("crates/a/src/lib.rs", "mod b;\nfn c() {}\n")).len(), 1);
        assert_eq!(check(&Source::new("crates/a/src/b/mod.rs", "fn c() {}\n")).len(), 1);
    }

    #[test]
    fn a_macro_in_code_is_an_export() {
        let text = "mod b;\n#[proc_macro_derive(Key, attributes(key))]\npub fn c() {}\nfn d() {}\n";
        let found = check(&Source::new("crates/a/src/lib.rs", text));
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [4]);
    }

    #[test]
    fn modules_and_exports_are_tidy() {
        assert!(check(&Source::new("crates/a/src/lib.rs", "mod b;\npub use b::C;\n")).is_empty());
    }
}
