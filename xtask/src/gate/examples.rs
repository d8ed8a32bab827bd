//! Every example is run: one that does not compile, hangs or fails teaches nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::plan::Step;
use crate::workspace::Workspace;

/// Folders that hold packages.
const PACKAGES: &[&str] = &["crates", "crates/adapters"];

/// A step for each example of each package.
pub(super) fn steps(workspace: &Workspace) -> Vec<Step> {
    let mut steps = Vec::new();
    let root = workspace.root();
    for package in PACKAGES.iter().flat_map(|folder| entries(&root.join(folder))) {
        for example in entries(&package.join("examples")) {
            let Some(name) = example.file_stem().map(|name| name.to_string_lossy()) else {
                continue;
            };
            let manifest = package.strip_prefix(root).unwrap_or(&package).join("Cargo.toml");
            let manifest = manifest.to_string_lossy();
            let arguments =
                ["run", "--manifest-path", &manifest, "--all-features", "--example", &name];
            let command = workspace.cargo(&arguments);
            steps.push(
                Step::command(format!("example {name}"), command).at_most(Duration::from_secs(300)),
            );
        }
    }
    steps
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
