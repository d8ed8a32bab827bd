//! The command line that comparisons have in common: `--quick`, lists of what is wanted, and `--write`.

use std::path::PathBuf;

use crate::parts::Parts;

/// What a comparison was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// A short run: to try the program, not to quote.
    pub is_quick: bool,
    /// The folder into which the report goes, beside being shown.
    pub folder: Option<PathBuf>,
    lists: Vec<(&'static str, Parts)>,
}

impl Arguments {
    /// Reads them. `lists` are the flags that name parts, and the parts that each of them knows; what no list
    /// names is wanted whole. `None`: help is wanted.
    ///
    /// # Errors
    ///
    /// A sentence about what is not known, or misses something behind it.
    pub fn parse(
        mut given: impl Iterator<Item = String>,
        lists: &[(&'static str, &[&str])],
    ) -> Result<Option<Self>, String> {
        let mut arguments = Self::default();
        while let Some(argument) = given.next() {
            let mut next = || given.next().ok_or(format!("{argument} needs something behind it"));
            match argument.as_str() {
                "--quick" => arguments.is_quick = true,
                "--write" => arguments.folder = Some(next()?.into()),
                "--help" | "-h" => return Ok(None),
                other => {
                    let list = lists.iter().find(|(flag, _)| *flag == other);
                    let (flag, known) = list.ok_or(format!("what is {other:?}?"))?;
                    arguments.lists.push((*flag, Parts::parse(&next()?, known)?));
                }
            }
        }
        Ok(Some(arguments))
    }

    /// Whether this part is wanted of what `flag` lists.
    pub fn wants(&self, flag: &str, part: &str) -> bool {
        let mut named = self.lists.iter().filter(|(name, _)| *name == flag).peekable();
        named.peek().is_none() || named.any(|(_, parts)| parts.wants(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(given: &[&str]) -> Result<Option<Arguments>, String> {
        let lists: &[(_, &[&str])] = &[("--only", &["hit", "put"]), ("--sizes", &["1", "2"])];
        Arguments::parse(given.iter().map(ToString::to_string), lists)
    }

    #[test]
    fn parts_are_taken_and_what_is_not_named_is_whole() {
        let arguments = parse(&["--quick", "--only", "put", "--write", "here"]).unwrap().unwrap();
        assert!(arguments.is_quick && arguments.folder == Some("here".into()));
        assert!(arguments.wants("--only", "put") && !arguments.wants("--only", "hit"));
        assert!(arguments.wants("--sizes", "1") && arguments.wants("--sizes", "2"));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(parse(&["--fast"]).unwrap_err().contains("--fast"));
        assert!(parse(&["--only", "hit,reading"]).unwrap_err().contains("reading"));
        assert!(parse(&["--write"]).unwrap_err().contains("behind it"));
        assert_eq!(parse(&["-h"]), Ok(None));
    }
}
