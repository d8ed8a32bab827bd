//! The command line.

use std::path::PathBuf;

use forebay_measure::Parts;

use crate::held::Child;
use crate::pair::Shape;
use crate::row::Row;
use crate::subjects::Kind;

pub(crate) const USAGE: &str = "\
usage: forebay-compare-tier [--quick] [--only LIST] [--pairs LIST] [--subjects LIST] [--sizes LIST] [--write DIR]
  --quick          few rounds and sizes: to try the program, not to quote
  --only LIST      parts: hit, warm, miss, put, again, insert, read-in, mix, scan, dirty, stored, bytes
  --pairs LIST     numbers (u64 to u64), words (String of 21 to Arc<[u8]> of 100)
  --subjects LIST  forebay, quick_cache, moka, foyer-lru, foyer-s3, map, by-hand, listed
  --sizes LIST     numbers of entries, for instance 1000,1000000
  --write DIR      also write the report, its numbers and its picture into DIR
";

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) quick: bool,
    only: Parts,
    pairs: Parts,
    subjects: Parts,
    sizes: Option<Vec<u32>>,
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
    /// Whether this part is wanted.
    pub(crate) fn wants(&self, part: &str) -> bool {
        self.only.wants(part)
    }

    pub(crate) fn wants_shape(&self, shape: Shape) -> bool {
        self.pairs.wants(shape.label())
    }

    pub(crate) fn wants_subject(&self, kind: Kind) -> bool {
        self.subjects.wants(kind.label())
    }

    /// The numbers of entries that are wanted, else these.
    pub(crate) fn sizes(&self, usual: &[u32]) -> Vec<u32> {
        self.sizes.clone().unwrap_or_else(|| usual.to_vec())
    }
}

impl Task {
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Args::default();
        while let Some(argument) = given.next() {
            let mut next = || given.next().ok_or(format!("{argument} needs something behind it"));
            match argument.as_str() {
                "--quick" => args.quick = true,
                "--only" => args.only = Parts::parse(&next()?, &Row::PARTS)?,
                "--pairs" => args.pairs = Parts::parse(&next()?, &Shape::ALL.map(Shape::label))?,
                "--subjects" => {
                    args.subjects = Parts::parse(&next()?, &Kind::ALL.map(Kind::label))?;
                }
                "--sizes" => args.sizes = Some(numbers(&next()?)?),
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

fn numbers(given: &str) -> Result<Vec<u32>, String> {
    let number = |one: &str| one.parse().ok().filter(|number| *number >= 100);
    let numbers = given.split(',').map(|one| number(one).ok_or(format!("{one:?} entries?")));
    numbers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(given: &[&str]) -> Result<Task, String> {
        Task::parse(given.iter().map(ToString::to_string))
    }

    #[test]
    fn parts_subjects_and_sizes_are_taken() {
        let task = parse(&["--only", "hit,put", "--subjects", "moka", "--sizes", "100,2000"]);
        let Ok(Task::Measure(args)) = task else { panic!("it is to be measured") };
        assert!(args.wants("hit") && !args.wants("mix") && args.wants_shape(Shape::Words));
        assert!(args.wants_subject(Kind::Moka) && !args.wants_subject(Kind::Quick));
        assert_eq!(args.sizes(&[1]), [100, 2000]);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(parse(&["--fast"]).unwrap_err().contains("--fast"));
        assert!(parse(&["--only", "reading"]).unwrap_err().contains("reading"));
        assert!(parse(&["--sizes", "7"]).unwrap_err().contains('7'));
        assert!(parse(&["--write"]).is_err());
        assert_eq!(parse(&["-h"]), Ok(Task::Help));
    }
}
