//! The command line.

use std::path::PathBuf;

use forebay_measure::Parts;

use crate::share::Share;
use crate::subjects::Kind;
use crate::trace::Trace;

pub(crate) const USAGE: &str = "\
usage: forebay-compare-ratio --traces DIR [--only LIST] [--shares LIST] [--subjects LIST] [--seeds N]
                             [--write DIR]
  --traces DIR     where the traces are; else the environment's FOREBAY_TRACES
  --only LIST      traces: oltp, p3, multi2, orm-busy, corda, cloud-physics
  --shares LIST    room for so many hundredths of the keys: 1, 5, 20
  --subjects LIST  forebay, lru, quick_cache, moka, moka-lazy, foyer-lru, foyer-s3fifo, foyer-lfu,
                   foyer-sieve
  --seeds N        every count is the mean of so many runs, each with other dice (3)
  --write DIR      also write ratio.md, ratio.csv and ratio.svg into DIR
";

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) traces: PathBuf,
    only: Parts,
    shares: Parts,
    subjects: Parts,
    pub(crate) seeds: u64,
    pub(crate) write: Option<PathBuf>,
}

impl Args {
    /// `None` if only help is wanted.
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let traces = std::env::var_os("FOREBAY_TRACES").unwrap_or_default().into();
        let mut args = Self { traces, seeds: 3, ..Self::default() };
        while let Some(argument) = given.next() {
            let mut next = || given.next().ok_or(format!("{argument} needs something behind it"));
            match argument.as_str() {
                "--traces" => args.traces = next()?.into(),
                "--only" => args.only = Parts::parse(&next()?, &Trace::ALL.map(Trace::label))?,
                "--shares" => args.shares = Parts::parse(&next()?, &Share::ALL.map(Share::label))?,
                "--subjects" => {
                    args.subjects = Parts::parse(&next()?, &Kind::ALL.map(Kind::label))?;
                }
                "--seeds" => args.seeds = seeds(&next()?)?,
                "--write" => args.write = Some(next()?.into()),
                "--help" | "-h" => return Ok(None),
                other => return Err(format!("what is {other:?}?")),
            }
        }
        if args.traces.as_os_str().is_empty() {
            return Err("where are the traces?".to_owned());
        }
        Ok(Some(args))
    }

    pub(crate) fn wants(&self, trace: Trace) -> bool {
        self.only.wants(trace.label())
    }

    pub(crate) fn wants_share(&self, share: Share) -> bool {
        self.shares.wants(share.label())
    }

    pub(crate) fn wants_subject(&self, kind: Kind) -> bool {
        self.subjects.wants(kind.label())
    }
}

fn seeds(given: &str) -> Result<u64, String> {
    match given.parse() {
        Ok(seeds @ 1..=100) => Ok(seeds),
        _ => Err(format!("{given:?} seeds are not 1 to 100")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(given: &[&str]) -> Result<Option<Args>, String> {
        Args::parse(given.iter().map(ToString::to_string))
    }

    #[test]
    fn traces_shares_and_subjects_are_taken() {
        let given = ["--traces", "here", "--only", "oltp,p3", "--shares", "5", "--seeds", "2"];
        let args = parse(&given).unwrap().unwrap();
        assert_eq!((args.traces.to_str(), args.seeds), (Some("here"), 2));
        assert!(args.wants(Trace::P3) && !args.wants(Trace::Corda));
        assert!(args.wants_share(Share::TWENTIETH) && !args.wants_share(Share::FIFTH));
        assert!(args.wants_subject(Kind::Moka));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(parse(&["--traces", "x", "--only", "web"]).unwrap_err().contains("web"));
        assert!(parse(&["--traces", "x", "--seeds", "0"]).unwrap_err().contains("seeds"));
        assert!(parse(&["--fast"]).unwrap_err().contains("--fast"));
        assert_eq!(parse(&["-h"]), Ok(None));
    }
}
