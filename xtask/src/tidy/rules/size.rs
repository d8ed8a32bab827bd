//! Files and functions are short: a file is one concept, a function fits a screen.

use crate::tidy::finding::Finding;
use crate::tidy::function::functions;
use crate::tidy::source::Source;

const FILE_LINES_WARN: usize = 300;
const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;

/// Functions that may be longer: file, function, and why. An entry that is not needed any more is
/// a finding itself.
const LONGER: &[(&str, &str, &str)] = &[];

/// Finds files that are too long before their tests begin.
pub(crate) fn check_file(source: &Source) -> Vec<Finding> {
    let all = source.text.lines().count();
    let lines = match source.tests_begin() {
        Some(begin) if begin > 1 => begin - 1,
        _ => all,
    };
    let finding = |limit: usize| {
        Finding::new(
            &source.path,
            lines,
            format!("{lines} lines, at most {limit}: split by concept"),
        )
    };
    if lines > FILE_LINES_MAX {
        vec![finding(FILE_LINES_MAX)]
    } else if lines > FILE_LINES_WARN {
        vec![finding(FILE_LINES_WARN).as_warning()]
    } else {
        Vec::new()
    }
}

/// Finds functions that do not fit a screen.
pub(crate) fn check_functions(source: &Source) -> Vec<Finding> {
    let exempt: Vec<&str> = LONGER
        .iter()
        .filter(|(path, _, _)| *path == source.path)
        .map(|(_, function, _)| *function)
        .collect();
    check_functions_but(source, &exempt)
}

fn check_functions_but(source: &Source, exempt: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut unused: Vec<&str> = exempt.to_vec();
    for function in functions(source) {
        if function.line_count <= FUNCTION_LINES_MAX {
            continue;
        }
        if exempt.contains(&function.name) {
            unused.retain(|name| *name != function.name);
            continue;
        }
        let (name, count) = (function.name, function.line_count);
        let message = format!("`{name}` takes {count} lines, at most {FUNCTION_LINES_MAX}");
        findings.push(Finding::new(&source.path, function.line, message));
    }
    findings.extend(unused.iter().map(|name| {
        Finding::new(&source.path, 1, format!("`{name}` needs no exemption in size.rs any more"))
    }));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::Severity;

    fn file(lines: usize) -> Source {
        Source::new("src/a.rs", &"a();\n".repeat(lines))
    }

    fn function(lines: usize) -> Source {
        Source::new("src/a.rs", &format!("fn long() {{\n{}}}\n", "a();\n".repeat(lines - 2)))
    }

    #[test]
    fn a_long_file_is_warned_of_and_a_longer_one_fails() {
        assert!(check_file(&file(300)).is_empty());
        assert_eq!(check_file(&file(301))[0].severity, Severity::Warning);
        assert_eq!(check_file(&file(501))[0].severity, Severity::Error);
    }

    #[test]
    fn inline_tests_do_not_count() {
        let text = format!("a();\n#[cfg(test)]\nmod tests {{\n{}}}\n", "a();\n".repeat(600));
        assert!(check_file(&Source::new("src/a.rs", &text)).is_empty());
    }

    #[test]
    fn a_function_longer_than_a_screen_is_found() {
        assert!(check_functions(&function(70)).is_empty());
        assert_eq!(check_functions(&function(71)).len(), 1);
    }

    #[test]
    fn an_exemption_holds_while_it_is_needed_and_no_longer() {
        assert!(check_functions_but(&function(71), &["long"]).is_empty());
        assert_eq!(check_functions_but(&function(70), &["long"]).len(), 1);
    }
}
