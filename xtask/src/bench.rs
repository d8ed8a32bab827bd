//! Our own measurements, and the ones side by side with others.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::failure::{Failure, Result};
use crate::workspace::Workspace;

/// The folders with measurements: our own and the comparisons.
const FOLDERS: &[&str] =
    &["own", "compare", "journal", "pool", "promise", "ratio", "server", "state", "tier"];

/// Where its traces are must be said, because they are no part of the project: in this variable of the
/// environment.
const WITH_TRACES: (&str, &str) = ("ratio", "FOREBAY_TRACES");

/// Runs the measurements in the folders of `bench/`, or in one of them, and says where their reports
/// are.
pub fn bench(workspace: &Workspace, only: Option<&str>, out: &mut dyn Write) -> Result {
    let wanted = FOLDERS.iter().filter(|name| is_wanted(name, only));
    let present: Vec<PathBuf> = wanted
        .map(|name| workspace.root().join("bench").join(name))
        .filter(|folder| folder.join("Cargo.toml").exists())
        .collect();
    if present.is_empty() {
        return Err(Failure::new("there is nothing to measure in bench/"));
    }
    let begun = SystemTime::now();
    for folder in &present {
        for arguments in commands(folder) {
            measure(workspace, folder, arguments, out)?;
        }
    }
    let mut reports = Vec::new();
    for folder in &present {
        newer_files(folder, begun, &mut reports);
    }
    reports.sort();
    writeln!(out, "bench: done; {} files written", reports.len())?;
    for report in reports {
        writeln!(out, "  {}", report.strip_prefix(workspace.root()).unwrap_or(&report).display())?;
    }
    Ok(())
}

/// Who asks for one gets it; among all, only those that can be measured here.
fn is_wanted(name: &str, only: Option<&str>) -> bool {
    let (traced, variable) = WITH_TRACES;
    only.map_or_else(|| name != traced || std::env::var_os(variable).is_some(), |only| only == name)
}

/// A program of its own says how it wants to be measured; benches are Cargo's.
fn commands(folder: &Path) -> Vec<&'static [&'static str]> {
    let mut commands: Vec<&[&str]> = Vec::new();
    if folder.join("benches").exists() {
        commands.push(&["bench"]);
    }
    if folder.join("src/main.rs").exists() {
        commands.push(&["run", "--release", "--", "--write", "../../docs/benchmarks"]);
    }
    commands
}

/// The output is shown as it comes: measuring takes long, and the numbers are what one came for.
fn measure(
    workspace: &Workspace,
    folder: &Path,
    arguments: &[&str],
    out: &mut dyn Write,
) -> Result {
    writeln!(out, "bench: cargo {} in {}", arguments.join(" "), folder.display())?;
    out.flush()?;
    let status = workspace
        .cargo(arguments)
        .current_dir(folder)
        .status()
        .map_err(|error| Failure::to("start cargo", error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("the measurement in {} ended with {status}", folder.display())))
}

fn newer_files(folder: &Path, than: SystemTime, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(about) = entry.metadata() else { continue };
        if about.is_dir() {
            if entry.file_name() != "target" {
                newer_files(&path, than, found);
            }
        } else if about.modified().is_ok_and(|at| at >= than) {
            found.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_place_has_nothing_to_measure() {
        let nowhere = Workspace::at(Path::new("/nowhere"));
        let failure = bench(&nowhere, None, &mut Vec::new()).unwrap_err();
        assert_eq!(failure.to_string(), "there is nothing to measure in bench/");
    }
}
