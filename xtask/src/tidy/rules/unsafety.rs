//! `unsafe` is in the files that are listed here, and nowhere else in what is shipped.

use crate::tidy::finding::Finding;
use crate::tidy::source::{Source, line_of, words_at};

/// Each opens with the facts that make it sound, or has them beside its line.
const LISTED: [&str; 4] = [
    "crates/counted/src/counted.rs",
    "crates/fetch/src/line.rs",
    "crates/lock/src/biased.rs",
    "crates/map/src/page_writer.rs",
];

/// Finds it elsewhere: four crates only deny it, so that their file may have it, and another one could say the same.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let path = source.path.as_str();
    if !path.starts_with("crates/") || LISTED.contains(&path) {
        return Vec::new();
    }
    let code = source.code.as_str();
    words_at(code, "unsafe")
        .map(|at| Finding::new(path, line_of(code, at), "`unsafe` outside the listed files"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn lines(path: &str) -> Vec<usize> {
        let source = Source::new(path, "// unsafe\nfn f() {\n    unsafe { g() }\n}\n");
        check(&source).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn it_is_found_in_another_file_of_a_crate_that_may_have_it() {
        assert_eq!(lines("crates/counted/src/other.rs"), [3]);
        assert_eq!(lines("crates/pool/src/pool.rs"), [3]);
    }

    #[test]
    fn the_listed_files_and_what_is_not_shipped_may_have_it() {
        assert!(lines("crates/counted/src/counted.rs").is_empty());
        assert!(lines("bench/journal/src/subjects/lmdb.rs").is_empty());
    }
}
