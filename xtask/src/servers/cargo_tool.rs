//! Programs that Cargo builds, kept in `target/servers/tools` so that nothing of the user's changes.

use crate::plan::Step;
use crate::workspace::Workspace;

/// Whether `cargo-something` is there, the user's own or ours, in whatever version.
pub(super) fn is_installed(workspace: &Workspace, name: &str) -> bool {
    workspace.succeeds(name, &["--version"])
}

/// One step that builds it.
pub(super) fn step(workspace: &Workspace, name: &str, version: &str) -> Step {
    let tools = workspace.tools();
    let exact = format!("{name}@{version}");
    let arguments = ["install", "--locked", "--root", &tools.to_string_lossy(), &exact];
    Step::command(format!("build {name}"), workspace.command("cargo", &arguments))
}
