//! Which drill, and how often.

use std::io::Write;
use std::path::PathBuf;

use super::{full, kill, power};
use crate::failure::{Failure, Result};
use crate::workspace::Workspace;

/// A drill and its number of rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drill {
    /// The power fails.
    Power(u32),
    /// The process is killed.
    Kill(u32),
    /// The disk is full, and has room again.
    Full(u32),
}

impl Drill {
    /// All of them.
    pub fn all() -> Vec<Self> {
        vec![Self::Power(50), Self::Kill(100), Self::Full(10)]
    }

    /// The drill of this name; `rounds` may be left out.
    pub fn parse(name: &str, rounds: Option<&str>) -> Result<Self> {
        let number = |usual| match rounds {
            Some(rounds) => rounds.parse().map_err(|error| Failure::to("read the rounds", error)),
            None => Ok(usual),
        };
        match name {
            "power" => number(50).map(Self::Power),
            "kill" => number(100).map(Self::Kill),
            "full" => number(10).map(Self::Full),
            _ => Err(Failure::new(format!("no such drill: {name}"))),
        }
    }
}

/// Builds what appends, and runs the drills in folders below `target`.
pub fn start(workspace: &Workspace, drills: &[Drill], out: &mut dyn Write) -> Result {
    let appender = build(workspace, out)?;
    for (at, drill) in drills.iter().enumerate() {
        let name = format!("target/drill/{}-{at}", std::process::id());
        let folder = workspace.root().join(name);
        std::fs::create_dir_all(&folder).map_err(|error| Failure::to("make a folder", error))?;
        match *drill {
            Drill::Power(rounds) => power::run(workspace, &appender, &folder, rounds, out)?,
            Drill::Kill(rounds) => kill::run(&appender, &folder, rounds, out)?,
            Drill::Full(rounds) => full::run(&appender, &folder, rounds, out)?,
        }
        // After a failure everything is left to be looked at.
        std::fs::remove_dir_all(&folder).map_err(|error| Failure::to("tidy up", error))?;
    }
    Ok(())
}

/// The program that appends.
fn build(workspace: &Workspace, out: &mut dyn Write) -> Result<PathBuf> {
    const NAME: &str = "acknowledgements";
    writeln!(out, "build the example `{NAME}` of the journal")?;
    let arguments = ["build", "--release", "-p", "forebay-journal", "--example", NAME];
    let status = workspace.cargo(&arguments).arg("--quiet").status();
    if !status.is_ok_and(|status| status.success()) {
        return Err(Failure::new("the example does not build"));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
    Ok(workspace.root().join(target).join("release/examples").join(NAME))
}
