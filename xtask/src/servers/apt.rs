//! Packages of a Debian system.

use std::io::{self, IsTerminal};

use crate::failure::{Failure, Result};
use crate::plan::Step;
use crate::workspace::Workspace;

/// The lists are fetched first, because a clean machine has none and an old one has stale ones.
/// When that fails, what is known already may still do.
const SCRIPT: &str = "\
apt-get update || echo 'the lists could not be fetched; going on with the ones that are here'
exec apt-get install --yes --no-install-recommends \
-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 \"$@\"";

/// One step that installs all of `packages`.
pub(super) fn step(workspace: &Workspace, packages: &[&str]) -> Result<Step> {
    let list = packages.join(" ");
    if !workspace.succeeds("apt-get", &["--version"]) {
        return Err(Failure::new(format!(
            "this system has no apt-get; install what Debian calls {list} and start again"
        )));
    }
    let mut arguments = privilege(workspace, &list)?;
    arguments.extend(["env", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", SCRIPT, "sh"]);
    arguments.extend(packages);
    let command = workspace.command(arguments[0], &arguments[1..]);
    Ok(Step::command(format!("install {list}"), command))
}

/// What must stand before a command that changes the system: nothing for its owner.
fn privilege(workspace: &Workspace, list: &str) -> Result<Vec<&'static str>> {
    if workspace.succeeds("sh", &["-c", "test \"$(id -u)\" = 0"]) {
        return Ok(Vec::new());
    }
    let may_ask = io::stdin().is_terminal();
    if may_ask && workspace.succeeds("sudo", &["--version"]) {
        return Ok(vec!["sudo"]);
    }
    if workspace.succeeds("sudo", &["-n", "true"]) {
        return Ok(vec!["sudo", "-n"]);
    }
    Err(Failure::new(format!(
        "the packages {list} are missing and only root can install them: apt-get install {list}"
    )))
}
