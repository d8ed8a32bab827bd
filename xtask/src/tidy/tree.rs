//! The files of the workspace that the rules look at.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::module::declarations;
use super::source::{Kind, Source};

/// A text file that is not Rust.
#[derive(Clone, Debug)]
pub(crate) struct TextFile {
    /// From the root of the workspace, with `/` between the parts.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
}

/// Everything in the workspace that somebody wrote.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// The Rust files.
    pub(crate) sources: Vec<Source>,
    /// The other text files, manifests included.
    pub(crate) texts: Vec<TextFile>,
    /// The paths of all files and folders.
    pub(crate) paths: BTreeSet<String>,
}

impl Tree {
    /// Reads the tree under `root`, leaving out what was built or found.
    pub(crate) fn read(root: &Path) -> io::Result<Self> {
        let mut files = Vec::new();
        let mut paths = BTreeSet::new();
        walk(root, "", &mut files, &mut paths)?;
        let mut tree = Self::of(files);
        tree.paths = paths;
        Ok(tree)
    }

    /// The tree of these paths and texts.
    pub(crate) fn of(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut tree = Self::default();
        for (path, text) in files {
            tree.paths.insert(path.clone());
            if has_extension(&path, "rs") {
                tree.sources.push(Source::new(&path, &text));
            } else {
                tree.texts.push(TextFile { path, text });
            }
        }
        tree.mark_test_modules();
        tree
    }

    /// What the text file at this path says.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.texts.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    /// A module that is declared for tests only is test code, and so is all below it.
    fn mark_test_modules(&mut self) {
        loop {
            let test_paths: BTreeSet<String> = self
                .sources
                .iter()
                .flat_map(|source| {
                    let from_test = source.kind == Kind::Test;
                    declarations(source).into_iter().filter(move |found| found.is_test || from_test)
                })
                .flat_map(|found| found.candidates)
                .collect();
            let mut changed = false;
            for source in &mut self.sources {
                if source.kind == Kind::Production && test_paths.contains(&source.path) {
                    source.kind = Kind::Test;
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
    }
}

/// Whether a path ends with this extension.
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, found)| found == extension)
}

/// Folders that hold what was built or found, never what was written.
const NOT_OURS: &[&str] = &[".git", "target", "corpus", "artifacts", "node_modules"];

const TEXT_EXTENSIONS: &[&str] =
    &["rs", "toml", "md", "sh", "py", "yml", "yaml", "json", "txt", "conf", "lock", "sql"];

fn walk(
    root: &Path,
    folder: &str,
    files: &mut Vec<(String, String)>,
    paths: &mut BTreeSet<String>,
) -> io::Result<()> {
    let mut entries: Vec<fs::DirEntry> =
        fs::read_dir(root.join(folder))?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        if entry.file_type()?.is_dir() {
            if !NOT_OURS.contains(&name.as_str()) {
                paths.insert(path.clone());
                walk(root, &path, files, paths)?;
            }
            continue;
        }
        paths.insert(path.clone());
        let is_text = name.rsplit_once('.').is_none_or(|(stem, extension)| {
            stem.is_empty() || TEXT_EXTENSIONS.contains(&extension)
        });
        if is_text && let Ok(text) = fs::read_to_string(entry.path()) {
            files.push((path, text));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        Tree::of(files.iter().map(|&(path, text)| (path.to_owned(), text.to_owned())))
    }

    #[test]
    fn what_only_tests_declare_is_test_code_down_to_its_leaves() {
        let tree = tree(&[
            ("crates/a/src/lib.rs", "#[cfg(test)]\nmod model;\nmod plain;\n"),
            ("crates/a/src/model/mod.rs", "mod leaf;\n"),
            ("crates/a/src/model/leaf.rs", ""),
            ("crates/a/src/plain.rs", ""),
        ]);
        let kinds: Vec<Kind> = tree.sources.iter().map(|source| source.kind).collect();
        assert_eq!(kinds, [Kind::Production, Kind::Test, Kind::Test, Kind::Production]);
    }

    #[test]
    fn rust_is_kept_apart_from_other_text() {
        let tree = tree(&[("a.rs", ""), ("a.md", "word")]);
        assert_eq!(tree.sources.len(), 1);
        assert_eq!(tree.text("a.md"), Some("word"));
    }
}
