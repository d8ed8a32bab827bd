//! All findings of one look at the tree.

use std::fmt;
use std::io;
use std::path::Path;

use super::finding::{Finding, Severity};
use super::rules::{Check, RULES};
use super::tree::Tree;

/// What the rules say about a tree.
#[derive(Debug, Default)]
pub struct Report {
    /// What must be mended and what is only warned of, by file and line.
    pub findings: Vec<Finding>,
    /// How many files were looked at.
    pub file_count: usize,
}

/// Looks at the workspace under `root` with every rule.
pub fn inspect(root: &Path) -> io::Result<Report> {
    Ok(judge(&Tree::read(root)?))
}

fn judge(tree: &Tree) -> Report {
    let mut findings: Vec<Finding> = RULES
        .iter()
        .flat_map(|rule| match rule {
            Check::Source(check) => tree.sources.iter().flat_map(check).collect(),
            Check::Text(check) => tree.texts.iter().flat_map(check).collect(),
            Check::Tree(check) => check(tree),
        })
        .collect();
    findings.sort();
    findings.dedup();
    Report { findings, file_count: tree.sources.len() + tree.texts.len() }
}

impl Report {
    /// Whether nothing must be mended.
    pub fn is_tidy(&self) -> bool {
        self.count(Severity::Error) == 0
    }

    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        let (errors, warnings) = (self.count(Severity::Error), self.count(Severity::Warning));
        write!(f, "{errors} to mend, {warnings} warnings, {} files", self.file_count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_printed_but_leaves_the_tree_tidy() {
        let warning = Finding::new("a.rs", 3, "long").as_warning();
        let report = Report { findings: vec![warning], file_count: 1 };
        assert!(report.is_tidy());
        assert_eq!(report.to_string(), "a.rs:3: warning: long\n0 to mend, 1 warnings, 1 files");
    }

    #[test]
    fn every_kind_of_rule_is_asked() {
        let mark = concat!("TO", "DO");
        let files = [("src/a.rs", "fn a() {}\n"), ("b.md", mark)];
        let report = judge(&Tree::of(files.map(|(path, text)| (path.to_owned(), text.to_owned()))));
        let paths: Vec<&str> = report.findings.iter().map(|found| found.path.as_str()).collect();
        assert!(paths.contains(&"src/a.rs"), "a rule over sources: {report}");
        assert!(paths.contains(&"b.md"), "a rule over texts: {report}");
        assert!(paths.contains(&"CHANGELOG.md"), "a rule over the tree: {report}");
        assert!(!report.is_tidy());
    }
}
