//! What was typed.

use crate::drill::Drill;
use crate::failure::{Failure, Result};
use crate::gate::Depth;
use crate::trial::Stay;

/// What `cargo xtask help` shows.
pub const HELP: &str = "\
cargo xtask <chore>

  try [--once]        build the server, start it, set a key and get it back;
                      on a terminal it keeps running until Ctrl-C
  test [--quick]      everything that must pass, installing what it needs: format,
                      tidy, lints, tests, examples, documentation, licences;
                      --quick stops after the tests
  ci [--deep]         the same as CI does it: the lock file must be right;
                      --deep runs every fuzzer for a minute as well, and tries
                      what measures
  schedules           the cache's engine and the journal's writer under a schedule explorer
  tidy                the rules of the house that no lint knows
  bench [own|compare|journal|state]
                      the measurements in bench/, and where their reports are
  drill [power|kill|full|server|server-full|state|pool|pool-named] [ROUNDS [SEED]]
                      the journal under real faults, all or one: an ext4 shut down in
                      mid-write (50 times), kill -9 (100), a full disk (10); the server
                      under load: kill -9 at each rung (25), a full disk (10); and a
                      state, and a pool with its archive and its spill, where files
                      need no name and where they do, under load: kill -9 (200 each);
                      power and those with a full disk need root
  servers [--check]   install what the tests need (redis, a Python environment
                      below target/), or only say what is missing
";

/// One chore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chore {
    /// Start a server and visit it.
    Try(Stay),
    /// Visit the server at this port; what `try` starts for itself.
    Visit(u16),
    /// Check that everything, or part of it, passes.
    Test(Depth),
    /// The same, as CI does it.
    Ci(Depth),
    /// Run the engine under a schedule explorer.
    Schedules,
    /// Check the rules of the house.
    Tidy,
    /// Measure everything, or one folder.
    Bench(Option<String>),
    /// Put the journal to a real test.
    Drill(Vec<Drill>),
    /// Install what the tests need.
    Install,
    /// Say what is missing.
    CheckServers,
    /// Say what there is to do.
    Help,
}

impl Chore {
    /// Reads the arguments behind the name of the program.
    pub fn parse(arguments: &[String]) -> Result<Self> {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        Ok(match words.as_slice() {
            ["try"] => Self::Try(Stay::IfWatched),
            ["try", "--once"] => Self::Try(Stay::Never),
            ["try", "--visit", port] => {
                Self::Visit(port.parse().map_err(|error| Failure::to("read the port", error))?)
            }
            ["test"] => Self::Test(Depth::Everything),
            ["test", "--quick"] => Self::Test(Depth::Quick),
            ["ci"] => Self::Ci(Depth::Everything),
            ["ci", "--deep"] => Self::Ci(Depth::WithFuzzers),
            ["schedules"] => Self::Schedules,
            ["tidy"] => Self::Tidy,
            ["bench"] => Self::Bench(None),
            ["bench", folder @ ("own" | "compare" | "journal" | "state")] => {
                Self::Bench(Some((*folder).to_owned()))
            }
            ["drill"] => Self::Drill(Drill::all()),
            ["drill", which @ ..] => Self::Drill(vec![Drill::parse(which)?]),
            ["servers"] => Self::Install,
            ["servers", "--check"] => Self::CheckServers,
            [] | ["help" | "--help" | "-h"] => Self::Help,
            other => {
                return Err(Failure::new(format!("no such chore: {}\n\n{HELP}", other.join(" "))));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Chore> {
        Chore::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn every_chore_of_the_help_is_understood() {
        let chores = HELP.lines().filter_map(|line| line.strip_prefix("  "));
        for line in chores.filter(|line| !line.starts_with(' ')) {
            let words = line.split("  ").next().unwrap();
            let bare = words.split(" [").next().unwrap();
            assert!(parse(bare).is_ok(), "{bare}");
            if let Some(option) = words.split(['[', '|', ']']).nth(1) {
                assert!(parse(&format!("{bare} {option}")).is_ok(), "{bare} {option}");
            }
        }
    }

    #[test]
    fn what_is_not_understood_is_answered_with_the_help() {
        let failure = parse("dance --once").unwrap_err().to_string();
        assert!(failure.contains("no such chore: dance --once"), "{failure}");
        assert!(failure.contains(HELP), "{failure}");
    }
}
