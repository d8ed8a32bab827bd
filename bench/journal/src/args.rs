//! The command line.

use std::path::PathBuf;

use crate::recovery::Child;

pub(crate) const USAGE: &str = "\
usage: forebay-compare-journal [--quick] [--only A,B,C,D] [--records N] [--dir DIR] [--write DIR]
  --quick      short rounds and few records: to try the program, not to quote
  --only LIST  A durable puts, B tickets, C handed-over puts, D recovery; all of them by default
  --records N  how many records are recovered; 5,000,000 by default, 200,000 with --quick
  --dir DIR    where the measured files go: on a real disk; beside this program by default
  --write DIR  also write journal.md, journal.csv and journal.svg into DIR
";

const RECORDS: usize = 5_000_000;
const RECORDS_QUICK: usize = 200_000;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) quick: bool,
    only: Option<String>,
    records: Option<usize>,
    pub(crate) folder: PathBuf,
    pub(crate) write: Option<PathBuf>,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Measure(Args),
    Child(Child),
    Help,
}

impl Args {
    /// Whether this part of the run is wanted.
    pub(crate) fn wants(&self, letter: char) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(letter))
    }

    pub(crate) fn records(&self) -> usize {
        self.records.unwrap_or(if self.quick { RECORDS_QUICK } else { RECORDS })
    }
}

impl Task {
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let folder = beside_this_program();
        let mut args = Args { quick: false, only: None, records: None, folder, write: None };
        while let Some(argument) = given.next() {
            let mut next = || given.next().ok_or(format!("{argument} needs something behind it"));
            match argument.as_str() {
                "--quick" => args.quick = true,
                "--only" => args.only = Some(letters(&next()?)?),
                "--records" => {
                    let records = next()?.parse().map_err(|error| format!("--records: {error}"))?;
                    args.records = Some(records);
                }
                "--dir" => args.folder = next()?.into(),
                "--write" => args.write = Some(next()?.into()),
                "--child" => {
                    let child = Child::parse(given).ok_or("--child is for this program itself")?;
                    return Ok(Self::Child(child));
                }
                "--help" | "-h" => return Ok(Self::Help),
                other => return Err(format!("what is {other:?}?")),
            }
        }
        Ok(Self::Measure(args))
    }
}

fn letters(list: &str) -> Result<String, String> {
    let letters = list.to_uppercase().replace(',', "");
    match letters.chars().find(|letter| !('A'..='D').contains(letter)) {
        Some(other) => Err(format!("there is no part {other}")),
        None => Ok(letters),
    }
}

/// The target directory is on a disk; a place for temporary files may be in memory.
fn beside_this_program() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    program.with_file_name("measured-files")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recovery::Deed;
    use crate::subjects::Kind;

    fn parse(given: &[&str]) -> Result<Task, String> {
        Task::parse(given.iter().map(ToString::to_string))
    }

    #[test]
    fn parts_and_folders_are_taken() {
        let Ok(Task::Measure(args)) = parse(&["--write", "docs", "--quick", "--only", "a,D"])
        else {
            panic!("it is to be measured");
        };
        assert_eq!((args.quick, args.write.clone()), (true, Some("docs".into())));
        assert_eq!(['A', 'B', 'C', 'D'].map(|part| args.wants(part)), [true, false, false, true]);
        assert_eq!(args.records(), RECORDS_QUICK);
    }

    #[test]
    fn a_child_is_understood() {
        let task = parse(&["--child", "load", "fjall", "7", "here"]);
        let child =
            Child { deed: Deed::Load, kind: Kind::Fjall, records: 7, folder: "here".into() };
        assert_eq!(task, Ok(Task::Child(child)));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(parse(&["--fast"]).unwrap_err().contains("--fast"));
        assert!(parse(&["--only", "A,X"]).unwrap_err().contains('X'));
        assert!(parse(&["--write"]).is_err());
        assert_eq!(parse(&["-h"]), Ok(Task::Help));
    }
}
