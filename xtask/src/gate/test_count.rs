//! How many tests a run of the tests has run.

/// The count in the output of nextest or of `cargo test`, colours and all.
pub(super) fn test_count(log: &str) -> Option<String> {
    let count = nextest(log).unwrap_or_else(|| cargo_test(log));
    (count > 0).then(|| format!("{count} tests"))
}

/// From `Summary [ 3.9s] 512 tests run: 512 passed, 0 skipped`.
fn nextest(log: &str) -> Option<usize> {
    let plain = without_colors(log);
    let summary = plain.lines().rfind(|line| line.trim_start().starts_with("Summary"))?;
    summary.split_once("] ")?.1.split_whitespace().next()?.parse().ok()
}

/// From `test result: ok. 79 passed; 0 failed; ..`, one for each binary.
fn cargo_test(log: &str) -> usize {
    let plain = without_colors(log);
    let results = plain.lines().filter_map(|line| line.strip_prefix("test result: ok. "));
    results.filter_map(|line| line.split(' ').next()?.parse::<usize>().ok()).sum()
}

/// The text without the escape sequences that colour it: from an escape to its `m`.
fn without_colors(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or(part, |(_, behind)| behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_of_nextest_is_read_with_and_without_colours() {
        let plain = "x\n     Summary [   3.912s] 512 tests run: 512 passed, 0 skipped\n";
        assert_eq!(test_count(plain).unwrap(), "512 tests");
        let colored =
            "\u{1b}[32;1m     Summary\u{1b}[0m [   3.9s] \u{1b}[1m512\u{1b}[0m tests run\n";
        assert_eq!(test_count(colored).unwrap(), "512 tests");
    }

    #[test]
    fn the_results_of_all_binaries_are_added() {
        let log = "test result: ok. 3 passed; 0 failed\ntest result: ok. 4 passed; 0 failed\n";
        assert_eq!(test_count(log).unwrap(), "7 tests");
    }

    #[test]
    fn a_log_without_tests_has_no_count() {
        assert_eq!(test_count("nothing"), None);
    }
}
