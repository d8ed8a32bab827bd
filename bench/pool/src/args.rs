//! The command line.

use std::path::PathBuf;

use forebay_measure::Parts;

use crate::subjects::Kind;
use crate::subjects::peak::Child;
use crate::work::{Size, Work};

pub(crate) const USAGE: &str = "\
usage: forebay-compare-pool [--quick] [--only LIST] [--subjects LIST] [--sizes LIST] [--write DIR]
  --quick          few and short rounds: to try the program, not to quote
  --only LIST      parts: store (and load), try, wait, await, keep, insert, drop,
                   leaving, at-once, peak
  --subjects LIST  forebay, kept, fb-shipped, fb-buffered, fb-raw, cacache-xxh3, cacache-sha256, foyer,
                   files, memcpy, rewrite, write, sum, mapped, counted
  --sizes LIST     64k, 1m, 16m
  --write DIR      also write the report, its numbers and its picture into DIR
";

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) quick: bool,
    only: Parts,
    subjects: Parts,
    sizes: Parts,
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
    /// Whether this work is wanted.
    pub(crate) fn wants(&self, work: Work) -> bool {
        self.wants_part(work.part())
    }

    /// Whether this part is wanted.
    pub(crate) fn wants_part(&self, part: &str) -> bool {
        self.only.wants(part)
    }

    /// Whether rows of this size are wanted.
    pub(crate) fn wants_size(&self, size: Size) -> bool {
        self.sizes.wants(size.short())
    }

    /// Whether this subject is wanted.
    pub(crate) fn wants_subject(&self, kind: Kind) -> bool {
        self.subjects.wants(kind.label())
    }
}

impl Task {
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Args::default();
        while let Some(argument) = given.next() {
            let mut next = || given.next().ok_or(format!("{argument} needs something behind it"));
            match argument.as_str() {
                "--quick" => args.quick = true,
                "--only" => args.only = Parts::parse(&next()?, &Work::PARTS)?,
                "--subjects" => {
                    args.subjects = Parts::parse(&next()?, &Kind::ALL.map(Kind::label))?;
                }
                "--sizes" => args.sizes = Parts::parse(&next()?, &Size::ALL.map(Size::short))?,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(given: &[&str]) -> Result<Task, String> {
        Task::parse(given.iter().map(ToString::to_string))
    }

    #[test]
    fn parts_and_subjects_are_taken() {
        let task = parse(&["--quick", "--only", "store,try", "--subjects", "fb-raw"]);
        let Ok(Task::Measure(args)) = task else { panic!("it is to be measured") };
        assert!(args.quick && args.wants(Work::Load(Size::Small)) && !args.wants(Work::Insert));
        assert!(args.wants_subject(Kind::FbRaw) && !args.wants_subject(Kind::Forebay));
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
