//! A link in a document leads somewhere.

use crate::tidy::finding::Finding;
use crate::tidy::tree::{TextFile, Tree, has_extension};

/// Finds relative links to files that are not there.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let documents = tree.texts.iter().filter(|file| has_extension(&file.path, "md"));
    documents.flat_map(|file| check_document(tree, file)).collect()
}

fn check_document(tree: &Tree, file: &TextFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut in_code = false;
    for (at, line) in file.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if in_code {
            continue;
        }
        for target in targets(line) {
            let is_elsewhere = target.contains("://") || target.starts_with("mailto:");
            let path = target.split(['#', '?']).next().unwrap_or("");
            if is_elsewhere || path.is_empty() {
                continue;
            }
            if !resolve(&file.path, path).is_some_and(|path| tree.paths.contains(&path)) {
                let message = format!("`{target}` leads nowhere");
                findings.push(Finding::new(&file.path, at + 1, message));
            }
        }
    }
    findings
}

/// The targets of the links in a line of Markdown, outside of inline code.
fn targets(line: &str) -> Vec<String> {
    let prose: String = line.split('`').step_by(2).collect();
    let mut targets: Vec<String> = prose
        .split("](")
        .skip(1)
        .filter_map(|after| after.split(')').next())
        .filter_map(|inside| inside.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    if let Some((label, target)) = prose.split_once("]: ")
        && label.starts_with('[')
        && !label.starts_with("[^")
    {
        targets.extend(target.split_whitespace().next().map(str::to_owned));
    }
    targets
}

/// The path from the root of the workspace; none if it leaves the workspace.
fn resolve(document: &str, target: &str) -> Option<String> {
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let from_root = target.strip_prefix('/');
    let mut parts: Vec<&str> =
        if from_root.is_some() { Vec::new() } else { folder.split('/').collect() };
    for part in from_root.unwrap_or(target).split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn broken(path: &str, text: &str) -> usize {
        let files = [(path, text), ("docs/b.md", ""), ("README.md", "")];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        check(&Tree::of(files)).len()
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        assert_eq!(broken("docs/a.md", "see [c](c.md)\n"), 1);
        assert_eq!(broken("docs/a.md", "[c]: ../c.md\n"), 1);
        assert_eq!(broken("docs/a.md", "see [c](../../README.md)\n"), 1);
    }

    #[test]
    fn a_link_that_leads_somewhere_is_tidy() {
        assert_eq!(broken("docs/a.md", "[b](b.md#part) and [r](../README.md)\n"), 0);
        assert_eq!(broken("a.md", "[b](docs/b.md), [x](#here), [w](https://example.org)\n"), 0);
    }

    #[test]
    fn code_is_not_prose() {
        assert_eq!(broken("docs/a.md", "```\n[c](c.md)\n```\nand `[c](c.md)`\n"), 0);
    }
}
