//! Which drill, and how often.

use std::fmt::Display;
use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;

use super::{full, kill, pool, power, server, state};
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
    /// A server is killed under load; with a seed.
    Server(u32, u64),
    /// The disk of a server is full, and has room again; with a seed.
    ServerFull(u32, u64),
    /// A state is killed under load.
    State(u32),
    /// A pool, its archive and its spill, is killed under load.
    Pool(u32, pool::Files),
}

/// What is drawn from when nobody says what.
const SEED: u64 = 1;

impl Drill {
    /// All of them.
    pub fn all() -> Vec<Self> {
        vec![
            Self::Power(50),
            Self::Kill(100),
            Self::Full(10),
            Self::Server(25, SEED),
            Self::ServerFull(10, SEED),
            Self::State(200),
            Self::Pool(200, pool::Files::Real),
            Self::Pool(200, pool::Files::Named),
        ]
    }

    /// The drill of this name, with how often and from which seed, which may be left out.
    pub fn parse(words: &[&str]) -> Result<Self> {
        let (name, rounds, seed) = match words {
            [name] => (name, None, None),
            [name, rounds] => (name, Some(rounds), None),
            [name @ ("server" | "server-full"), rounds, seed] => (name, Some(rounds), Some(seed)),
            _ => return Err(Failure::new(format!("no such drill: {}", words.join(" ")))),
        };
        let rounds = |usual| number(rounds, usual, "rounds");
        let seed = number(seed, SEED, "seed")?;
        match *name {
            "power" => rounds(50).map(Self::Power),
            "kill" => rounds(100).map(Self::Kill),
            "full" => rounds(10).map(Self::Full),
            "server" => rounds(25).map(|rounds| Self::Server(rounds, seed)),
            "server-full" => rounds(10).map(|rounds| Self::ServerFull(rounds, seed)),
            "state" => rounds(200).map(Self::State),
            "pool" => rounds(200).map(|rounds| Self::Pool(rounds, pool::Files::Real)),
            "pool-named" => rounds(200).map(|rounds| Self::Pool(rounds, pool::Files::Named)),
            _ => Err(Failure::new(format!("no such drill: {name}"))),
        }
    }

    fn is_of_server(self) -> bool {
        matches!(self, Self::Server(..) | Self::ServerFull(..))
    }

    fn is_of_journal(self) -> bool {
        matches!(self, Self::Power(_) | Self::Kill(_) | Self::Full(_))
    }
}

fn number<T: FromStr<Err: Display>>(word: Option<&&str>, usual: T, what: &str) -> Result<T> {
    match word {
        Some(word) => word.parse().map_err(|error| Failure::to(format!("read the {what}"), error)),
        None => Ok(usual),
    }
}

/// Builds what is put to the test, and runs the drills in folders below `target`.
pub fn start(workspace: &Workspace, drills: &[Drill], out: &mut dyn Write) -> Result {
    let appender = drills.iter().any(|drill| drill.is_of_journal());
    let appender = if appender { build_appender(workspace, out)? } else { PathBuf::new() };
    let state = drills.iter().any(|drill| matches!(drill, Drill::State(_)));
    let state = if state { build_state(workspace, out)? } else { PathBuf::new() };
    let pool = drills.iter().any(|drill| matches!(drill, Drill::Pool(..)));
    let pool = if pool { build_pool(workspace, out)? } else { PathBuf::new() };
    let server = drills.iter().any(|drill| drill.is_of_server());
    let server = if server { build_server(workspace, out)? } else { PathBuf::new() };
    for (at, drill) in drills.iter().enumerate() {
        let name = format!("target/drill/{}-{at}", std::process::id());
        let folder = workspace.root().join(name);
        std::fs::create_dir_all(&folder).map_err(|error| Failure::to("make a folder", error))?;
        // A build that is made meanwhile is not what is put to the test.
        let own = folder.join("forebay");
        if drill.is_of_server() {
            std::fs::copy(&server, &own).map_err(|error| Failure::to("copy the server", error))?;
        }
        match *drill {
            Drill::Power(rounds) => power::run(workspace, &appender, &folder, rounds, out)?,
            Drill::Kill(rounds) => kill::run(&appender, &folder, rounds, out)?,
            Drill::Full(rounds) => full::run(&appender, &folder, rounds, out)?,
            Drill::Server(rounds, seed) => server::kill(&own, &folder, rounds, seed, out)?,
            Drill::ServerFull(rounds, seed) => server::full(&own, &folder, rounds, seed, out)?,
            Drill::State(rounds) => state::run(&state, &folder, rounds, out)?,
            Drill::Pool(rounds, files) => pool::run(&pool, &folder, rounds, files, out)?,
        }
        // After a failure everything is left to be looked at.
        std::fs::remove_dir_all(&folder).map_err(|error| Failure::to("tidy up", error))?;
    }
    Ok(())
}

/// The program that appends.
fn build_appender(workspace: &Workspace, out: &mut dyn Write) -> Result<PathBuf> {
    const NAME: &str = "acknowledgements";
    writeln!(out, "build the example `{NAME}` of the journal")?;
    build(workspace, &["--release", "-p", "forebay-journal", "--example", NAME])?;
    Ok(built(workspace, "release/examples").join(NAME))
}

/// The program that transfers, with its assertions.
fn build_state(workspace: &Workspace, out: &mut dyn Write) -> Result<PathBuf> {
    const NAME: &str = "transfers";
    writeln!(out, "build the example `{NAME}` of the state")?;
    build(workspace, &["-p", "forebay-state", "--example", NAME])?;
    Ok(built(workspace, "debug/examples").join(NAME))
}

/// The program that keeps, with its assertions.
fn build_pool(workspace: &Workspace, out: &mut dyn Write) -> Result<PathBuf> {
    const NAME: &str = "keeps";
    writeln!(out, "build the example `{NAME}` of the pool")?;
    build(workspace, &["-p", "forebay-pool", "--example", NAME])?;
    Ok(built(workspace, "debug/examples").join(NAME))
}

/// The server, as it is built for tests: with its assertions.
fn build_server(workspace: &Workspace, out: &mut dyn Write) -> Result<PathBuf> {
    writeln!(out, "build the server")?;
    build(workspace, &["-p", "forebay-server", "--bin", "forebay"])?;
    Ok(built(workspace, "debug").join("forebay"))
}

fn build(workspace: &Workspace, what: &[&str]) -> Result {
    let status = workspace.cargo(&[&["build", "--quiet"], what].concat()).status();
    if status.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err(Failure::new("it does not build"))
}

fn built(workspace: &Workspace, folder: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
    workspace.root().join(target).join(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_drill_can_be_asked_for_by_its_name() {
        for drill in Drill::all() {
            let name = match drill {
                Drill::Power(_) => "power",
                Drill::Kill(_) => "kill",
                Drill::Full(_) => "full",
                Drill::Server(..) => "server",
                Drill::ServerFull(..) => "server-full",
                Drill::State(_) => "state",
                Drill::Pool(_, pool::Files::Real) => "pool",
                Drill::Pool(_, pool::Files::Named) => "pool-named",
            };
            assert_eq!(Drill::parse(&[name]).unwrap(), drill);
        }
        assert_eq!(Drill::parse(&["server", "300", "7"]).unwrap(), Drill::Server(300, 7));
        for wrong in [&["server", "x"][..], &["power", "1", "2"], &["sever"]] {
            assert!(Drill::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
