//! The command line.

use std::path::PathBuf;

use forebay_measure::Parts;

use crate::contest::{Contest, Keys, Large, Suite};
use crate::large::Child;
use crate::subjects::Kind;

pub(crate) const USAGE: &str = "\
usage: forebay-compare-state [--quick] [--only LIST] [--subjects LIST] [--sizes LIST]
                              [--keys LIST] [--large LIST] [--write DIR]
  --quick          short rounds: to try the program, not to quote
  --only LIST      parts: insert, overwrite, range, read,
                   written (reads beside a writer at full speed),
                   paced (reads beside 10,000 writes a second),
                   among (inserts after other threads have read),
                   together, together-all, synced, journaled (durable inserts),
                   load (openings), snapshot (beside a writer)
  --subjects LIST  forebay, reader, hash, hash-reader, log, log-reader, ahead, etchdb6,
                   etchdb6-hash, etchdb6-log, etchdb6-flush, etchdb3, map, redb, fjall, sqlite, floor, limit
  --sizes LIST     numbers of records; 1000,100000,1000000 by default
  --keys LIST      text, number
  --large LIST     numbers of records for load, the first one for snapshot, too;
                   1000000,10000000 by default
  --write DIR      also write the report, its numbers and its pictures into DIR
";

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) quick: bool,
    only: Parts,
    subjects: Parts,
    keys: Parts,
    pub(crate) sizes: Vec<usize>,
    pub(crate) large: Vec<usize>,
    pub(crate) write: Option<PathBuf>,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Measure(Args),
    /// What a parent has told a process to do.
    Child(Child),
    Help,
}

impl Args {
    /// Whether this contest is wanted.
    pub(crate) fn wants(&self, contest: Contest) -> bool {
        self.only.wants(contest.suite.label())
    }

    /// Whether this is wanted of many records.
    pub(crate) fn wants_large(&self, large: Large) -> bool {
        self.only.wants(large.label())
    }

    /// Whether this subject is wanted.
    pub(crate) fn wants_subject(&self, kind: Kind) -> bool {
        self.subjects.wants(kind.label())
    }

    /// Whether these keys are wanted.
    pub(crate) fn wants_keys(&self, keys: Keys) -> bool {
        self.keys.wants(keys.label())
    }
}

impl Task {
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let sizes = vec![1_000, 100_000, 1_000_000];
        let large = vec![1_000_000, 10_000_000];
        let mut args = Args { sizes, large, ..Args::default() };
        while let Some(argument) = given.next() {
            let mut next = || given.next().ok_or(format!("{argument} needs something behind it"));
            match argument.as_str() {
                "--quick" => args.quick = true,
                "--only" => {
                    let known = Suite::ALL.map(Suite::label);
                    let known: Vec<&str> =
                        known.into_iter().chain(Large::ALL.map(Large::label)).collect();
                    args.only = Parts::parse(&next()?, &known)?;
                }
                "--subjects" => {
                    args.subjects = Parts::parse(&next()?, &Kind::ALL.map(Kind::label))?;
                }
                "--keys" => args.keys = Parts::parse(&next()?, &Keys::ALL.map(Keys::label))?,
                "--sizes" => args.sizes = numbers("--sizes", &next()?)?,
                "--large" => args.large = numbers("--large", &next()?)?,
                "--child" => {
                    let child = Child::parse(given).ok_or("that is no child of this program")?;
                    return Ok(Self::Child(child));
                }
                "--write" => args.write = Some(next()?.into()),
                "--help" | "-h" => return Ok(Self::Help),
                other => return Err(format!("what is {other:?}?")),
            }
        }
        Ok(Self::Measure(args))
    }
}

fn numbers(argument: &str, given: &str) -> Result<Vec<usize>, String> {
    let numbers = given.split(',').map(str::parse).collect::<Result<_, _>>();
    numbers.map_err(|error| format!("{argument}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(given: &[&str]) -> Result<Task, String> {
        Task::parse(given.iter().map(ToString::to_string))
    }

    #[test]
    fn parts_and_sizes_are_taken() {
        let task = parse(&["--quick", "--only", "read,insert", "--sizes", "10,20"]);
        let Ok(Task::Measure(args)) = task else { panic!("it is to be measured") };
        let wanted = Suite::ALL.map(|suite| args.wants(Contest { suite, threads: 1 }));
        assert_eq!(wanted.into_iter().filter(|wanted| *wanted).count(), 2);
        assert_eq!((args.quick, args.sizes.clone()), (true, vec![10, 20]));
        assert!(args.wants_subject(Kind::Redb) && args.wants_keys(Keys::Text));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(parse(&["--fast"]).unwrap_err().contains("--fast"));
        assert!(parse(&["--only", "reading"]).unwrap_err().contains("reading"));
        assert!(parse(&["--subjects", "oracle"]).unwrap_err().contains("oracle"));
        assert!(parse(&["--write"]).is_err());
        assert_eq!(parse(&["-h"]), Ok(Task::Help));
    }
}
