//! The command line.

use std::path::PathBuf;

use crate::contest::{Command, Contest};

pub(crate) const USAGE: &str = "\
usage: forebay-compare-server [--quick] [--only LIST] [--pipeline LIST] [--server PATH]
                               [--flags LIST] [--write DIR]
  --quick          short rounds: to try the program, not to quote
  --only LIST      parts: get, set, mset, memory, synced
  --pipeline LIST  commands that are sent together; 1,16 by default
  --server PATH    the program `forebay`; by default it is built
  --flags LIST     more flags for it, e. g. --threads=1
  --write DIR      also write the report, its numbers and its picture into DIR
";

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) quick: bool,
    only: Vec<String>,
    pub(crate) pipelines: Vec<u32>,
    pub(crate) server: Option<PathBuf>,
    pub(crate) flags: Vec<String>,
    pub(crate) write: Option<PathBuf>,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Measure(Args),
    Help,
}

impl Args {
    /// Whether this contest is wanted.
    pub(crate) fn wants(&self, contest: Contest) -> bool {
        let wants = |all: &[&str], this: &str| {
            let mut named =
                all.iter().filter(|word| self.only.iter().any(|only| only == *word)).peekable();
            named.peek().is_none() || named.any(|word| *word == this)
        };
        let commands = Command::ALL.map(Command::label);
        wants(&commands, contest.command.label())
            && wants(&["memory", "synced"], contest.promise.label())
    }
}

impl Task {
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let (server, write) = (None, None);
        let (only, flags, pipelines) = (Vec::new(), Vec::new(), vec![1, 16]);
        let mut args = Args { quick: false, only, pipelines, server, flags, write };
        while let Some(argument) = given.next() {
            let mut next = || given.next().ok_or(format!("{argument} needs something behind it"));
            match argument.as_str() {
                "--quick" => args.quick = true,
                "--only" => {
                    args.only = list(&next()?, &["get", "set", "mset", "memory", "synced"])?;
                }
                "--pipeline" => {
                    let numbers = next()?.split(',').map(str::parse).collect::<Result<_, _>>();
                    args.pipelines = numbers.map_err(|error| format!("--pipeline: {error}"))?;
                }
                "--server" => args.server = Some(next()?.into()),
                "--flags" => args.flags = next()?.split(',').map(str::to_owned).collect(),
                "--write" => args.write = Some(next()?.into()),
                "--help" | "-h" => return Ok(Self::Help),
                other => return Err(format!("what is {other:?}?")),
            }
        }
        Ok(Self::Measure(args))
    }
}

fn list(given: &str, known: &[&str]) -> Result<Vec<String>, String> {
    let list: Vec<String> = given.split(',').map(str::to_owned).collect();
    match list.iter().find(|one| !known.contains(&one.as_str())) {
        Some(unknown) => Err(format!("what is {unknown:?}?")),
        None => Ok(list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::Promise;

    fn parse(given: &[&str]) -> Result<Task, String> {
        Task::parse(given.iter().map(ToString::to_string))
    }

    #[test]
    fn parts_are_taken_and_what_is_not_named_is_whole() {
        let task = parse(&["--quick", "--only", "get,set,synced", "--pipeline", "16"]);
        let Ok(Task::Measure(args)) = task else { panic!("it is to be measured") };
        let wants = |promise, command| args.wants(Contest { promise, command, pipeline: 16 });
        assert!(wants(Promise::Synced, Command::Get) && wants(Promise::Synced, Command::Set));
        assert!(!wants(Promise::Synced, Command::Mset) && !wants(Promise::Memory, Command::Get));
        assert_eq!(args.pipelines, [16]);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(parse(&["--fast"]).unwrap_err().contains("--fast"));
        assert!(parse(&["--only", "incr"]).unwrap_err().contains("incr"));
        assert!(parse(&["--write"]).is_err());
        assert_eq!(parse(&["-h"]), Ok(Task::Help));
    }
}
