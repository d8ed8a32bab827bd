//! Every example is run: one that does not compile, hangs or fails teaches nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::plan::Step;
use crate::workspace::Workspace;

/// Folders that hold packages.
const PACKAGES: &[&str] = &["crates", "crates/adapters"];

/// A step for each example of each package.
pub(super) fn steps(workspace: &Workspace) -> Vec<Step> {
    let root = workspace.root();
    let mut steps = Vec::new();
    for package in PACKAGES.iter().flat_map(|folder| entries(&root.join(folder))) {
        let manifest = fs::read_to_string(package.join("Cargo.toml")).unwrap_or_default();
        let mut names: BTreeSet<String> = named(&manifest).collect();
        names.extend(entries(&package.join("examples")).iter().filter_map(|path| found(path)));
        let manifest = package.strip_prefix(root).unwrap_or(&package).join("Cargo.toml");
        steps.extend(names.iter().map(|name| step(workspace, &manifest, name)));
    }
    steps
}

fn step(workspace: &Workspace, manifest: &Path, name: &str) -> Step {
    let manifest = manifest.to_string_lossy();
    let arguments = ["run", "--manifest-path", &manifest, "--all-features", "--example", name];
    let command = workspace.cargo(&arguments);
    Step::command(format!("example {name}"), command).at_most(Duration::from_secs(300))
}

/// The examples that a manifest names.
fn named(manifest: &str) -> impl Iterator<Item = String> {
    let sections = manifest.split("[[example]]").skip(1);
    sections.filter_map(|section| {
        let line = section.lines().find_map(|line| line.trim().strip_prefix("name = "))?;
        Some(line.trim_matches('"').to_owned())
    })
}

/// The example that Cargo finds by itself at this path.
fn found(path: &Path) -> Option<String> {
    let is_example = path.extension().is_some_and(|extension| extension == "rs");
    let is_example = is_example || path.join("main.rs").exists();
    is_example.then(|| path.file_stem().map(|name| name.to_string_lossy().into_owned()))?
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_found_in_the_manifest() {
        let manifest = "[package]\nname = \"a\"\n\n[[example]]\nname = \"b\"\npath = \"x\"\n\n\
                        [[example]]\npath = \"y\"\nname = \"c\"\n";
        assert_eq!(named(manifest).collect::<Vec<_>>(), ["b", "c"]);
    }

    #[test]
    fn a_file_is_an_example_and_a_note_beside_it_is_not() {
        assert_eq!(found(Path::new("examples/a.rs")).as_deref(), Some("a"));
        assert_eq!(found(Path::new("examples/notes.md")), None);
    }
}
