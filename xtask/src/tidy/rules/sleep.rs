//! No test sleeps: it waits on a condition, or moves the clock.

use crate::tidy::finding::Finding;
use crate::tidy::source::{Source, line_of, words_at};

/// Finds sleeping in test code.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let code = source.code.as_str();
    ["sleep", "sleep_ms", "sleep_until"]
        .iter()
        .flat_map(|word| words_at(code, word))
        .filter(|&at| is_real_sleep(&code[..at]))
        .map(|at| line_of(code, at))
        .filter(|&line| source.is_test_line(line))
        .map(|line| {
            Finding::new(&source.path, line, "a test sleeps: wait on a condition or move the clock")
        })
        .collect()
}

/// A sleep of the system, imported or called; not a method of some clock of ours.
fn is_real_sleep(before: &str) -> bool {
    match before.strip_suffix("::") {
        Some(path) => path.ends_with("thread") || path.ends_with("time"),
        None => !before.ends_with('.') && !before.ends_with("fn "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&Source::new(path, text)).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_sleeping_test_is_found_however_it_is_written() {
        assert_eq!(lines("tests/it/a.rs", "\nstd::thread::sleep(d);\n"), [2]);
        assert_eq!(lines("tests/it/a.rs", "tokio::time::sleep(d).await;\n"), [1]);
        assert_eq!(lines("tests/it/a.rs", "use tokio::time::{sleep, timeout};\n"), [1]);
        assert_eq!(lines("src/a.rs", "#[cfg(test)]\nmod tests {\n    thread::sleep(d);\n}\n"), [3]);
    }

    #[test]
    fn production_code_and_simulated_clocks_are_left_to_the_lints() {
        assert!(lines("src/a.rs", "tokio::time::sleep(d).await;\n").is_empty());
        assert!(lines("tests/it/a.rs", "clock.sleep(d);\n").is_empty());
        assert!(lines("tests/it/a.rs", "// nothing may sleep\n").is_empty());
    }
}
