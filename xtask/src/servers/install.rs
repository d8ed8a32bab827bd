//! Finding out what is missing, saying so, and installing it.

use std::io::Write;

use super::need::{For, Need, Source, needs};
use super::{apt, cargo_tool, python};
use crate::failure::{Failure, Result};
use crate::plan::{Plan, Step};
use crate::workspace::Workspace;

/// Says what is there and what is missing; fails if the tests miss something.
pub fn check(workspace: &Workspace, out: &mut dyn Write) -> Result {
    let mut missing = Vec::new();
    for need in needs() {
        let is_met = need.is_met(workspace);
        let state = if is_met { "here" } else { "MISSING" };
        writeln!(out, "{state:<8}{:<20}{}", need.name, need.why)?;
        if !is_met && need.wanted_for == For::Tests {
            missing.push(need.name);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(", ");
    Err(Failure::new(format!("the tests need {list}: `cargo xtask servers` installs it")))
}

/// Installs what the tests need and this machine does not have.
pub fn install(workspace: &Workspace, out: &mut dyn Write) -> Result {
    let steps = steps(workspace, For::Tests)?;
    if steps.is_empty() {
        writeln!(out, "servers: everything that the tests need is here")?;
        return Ok(());
    }
    let names: Vec<String> = steps.iter().map(|step| step.name().to_owned()).collect();
    announce(&names, out)?;
    Plan::new("servers", &workspace.logs()).then(steps).run(out)
}

/// Says what is about to be installed.
pub fn announce(steps: &[String], out: &mut dyn Write) -> Result {
    if steps.is_empty() {
        return Ok(());
    }
    writeln!(out, "This machine lacks some of what is needed. It will:")?;
    for step in steps {
        writeln!(out, "  {step}")?;
    }
    if steps.iter().any(|step| step.contains("redis-server")) {
        writeln!(
            out,
            "  (Debian may start the redis-server it installs, on port 6379; the tests do not use that one)"
        )?;
    }
    Ok(())
}

/// The steps that install what is missing for this and for everything before it.
pub fn steps(workspace: &Workspace, wanted_for: For) -> Result<Vec<Step>> {
    let wanted = needs().iter().filter(|need| need.wanted_for <= wanted_for);
    let missing: Vec<&Need> = wanted.filter(|need| !need.is_met(workspace)).collect();
    let mut steps = Vec::new();
    let packages = packages(&missing);
    if !packages.is_empty() {
        steps.push(apt::step(workspace, &packages)?);
    }
    for need in missing {
        match need.source {
            Source::System(_) | Source::SystemPython => {}
            Source::Venv => steps.push(python::step(workspace)),
            Source::Cargo { version } => {
                steps.push(cargo_tool::step(workspace, need.name, version));
            }
            Source::Nightly => {
                let arguments = ["toolchain", "install", "nightly", "--profile", "minimal"];
                let command = workspace.command("rustup", &arguments);
                steps.push(Step::command("install the nightly toolchain", command));
            }
        }
    }
    Ok(steps)
}

/// The packages of the system that bring what is missing, for one call of the installer.
fn packages(missing: &[&Need]) -> Vec<&'static str> {
    missing
        .iter()
        .flat_map(|need| match need.source {
            Source::System(package) => vec![package],
            Source::SystemPython => vec!["python3", "python3-venv"],
            Source::Venv | Source::Cargo { .. } | Source::Nightly => Vec::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_comes_from_the_system_is_installed_in_one_call() {
        let all: Vec<&Need> = needs().iter().collect();
        assert_eq!(packages(&all), ["redis-server", "redis-tools", "python3", "python3-venv"]);
    }

    #[test]
    fn what_comes_later_is_wanted_by_what_goes_deeper() {
        assert!(needs().is_sorted_by_key(|need| need.wanted_for));
        assert!(needs().iter().any(|need| need.wanted_for == For::Deep));
    }
}
