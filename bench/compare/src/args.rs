//! The command line.

use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
usage: forebay-compare [--quick] [--write DIR]
  --quick      fewer and smaller samples: to try the program, not to quote
  --write DIR  also write results.md, results.csv and results.svg into DIR
";

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) quick: bool,
    pub(crate) write: Option<PathBuf>,
}

impl Args {
    /// `None` if only help is wanted.
    pub(crate) fn parse(given: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut args = Self::default();
        let mut given = given;
        while let Some(argument) = given.next() {
            match argument.as_str() {
                "--quick" => args.quick = true,
                "--write" => {
                    let folder = given.next().ok_or("--write needs a folder")?;
                    args.write = Some(folder.into());
                }
                "--help" | "-h" => return Ok(None),
                other => return Err(format!("what is {other:?}?")),
            }
        }
        Ok(Some(args))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(given: &[&str]) -> Result<Option<Args>, String> {
        Args::parse(given.iter().map(ToString::to_string))
    }

    #[test]
    fn a_folder_to_write_to_is_taken() {
        let args = parse(&["--write", "docs", "--quick"]).unwrap().unwrap();
        assert_eq!(args, Args { quick: true, write: Some("docs".into()) });
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(parse(&["--fast"]).unwrap_err().contains("--fast"));
        assert!(parse(&["--write"]).is_err());
        assert_eq!(parse(&["-h"]), Ok(None));
    }
}
