//! Work that is left is written where work is planned, not in the tree.

use crate::tidy::finding::Finding;
use crate::tidy::source::{Source, line_of, words_at};
use crate::tidy::tree::TextFile;

/// In two halves, so that this file does not find itself.
const MARKS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// Finds marks of unfinished work in comments.
pub(crate) fn check_source(source: &Source) -> Vec<Finding> {
    find(&source.path, &source.comments)
}

/// Finds marks of unfinished work in other text.
pub(crate) fn check_text(file: &TextFile) -> Vec<Finding> {
    find(&file.path, &file.text)
}

fn find(path: &str, text: &str) -> Vec<Finding> {
    let found = |mark: &&'static str| {
        let mark: &'static str = mark;
        words_at(text, mark).map(move |at| {
            Finding::new(path, line_of(text, at), format!("`{mark}`: finish it or take it out"))
        })
    };
    MARKS.iter().flat_map(found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_work_is_found_in_comments_and_in_prose() {
        let text = format!("fn a() {{}} // {}: later\n", MARKS[0]);
        assert_eq!(check_source(&Source::new("src/a.rs", &text)).len(), 1);
        let file = TextFile { path: "a.md".into(), text: format!("\n{} this\n", MARKS[1]) };
        assert_eq!(check_text(&file)[0].line, 2);
    }

    #[test]
    fn a_mark_inside_of_a_word_or_a_string_is_tidy() {
        let text = format!("let a = \"{}\"; // {}S\n", MARKS[0], MARKS[0]);
        assert!(check_source(&Source::new("src/a.rs", &text)).is_empty());
    }
}
