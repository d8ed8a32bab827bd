//! Every fuzzer for a minute: not to search, but to see that none falls over at once.

use std::fs;
use std::time::Duration;

use crate::failure::{Failure, Result};
use crate::plan::Step;
use crate::workspace::Workspace;

const SECONDS_EACH: u64 = 60;
/// Building a fuzzer with its sanitizers takes far longer than running it.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// A step for each fuzz target.
pub(super) fn steps(workspace: &Workspace) -> Result<Vec<Step>> {
    let folder = workspace.root().join("fuzz/fuzz_targets");
    let entries = fs::read_dir(&folder)
        .map_err(|error| Failure::to(format!("list {}", folder.display()), error))?;
    let mut targets: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|entry| Some(entry.path().file_stem()?.to_string_lossy().into_owned()))
        .collect();
    targets.sort();
    Ok(targets.iter().map(|target| step(workspace, target)).collect())
}

fn step(workspace: &Workspace, target: &str) -> Step {
    let seconds = format!("-max_total_time={SECONDS_EACH}");
    let arguments =
        ["run", "nightly", "cargo", "fuzz", "run", "--fuzz-dir", "fuzz", target, "--", &seconds];
    Step::command(format!("fuzz {target}"), workspace.command("rustup", &arguments)).at_most(LIMIT)
}
