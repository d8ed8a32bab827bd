//! What was acknowledged, against what is there.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::failure::{Failure, Result};

/// The records that were acknowledged in one journal: numbers and checksums.
#[derive(Debug, Default)]
pub(super) struct Acknowledged(BTreeMap<u64, String>);

/// Sums over all rounds.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub(super) rounds: u32,
    pub(super) acknowledged: usize,
    pub(super) unacknowledged: usize,
    pub(super) dropped: u64,
    pub(super) replaced: u64,
}

impl Acknowledged {
    /// Notes a line of the process that appends.
    pub(super) fn note(&mut self, line: &str) {
        if let Some((number, sum)) = pair(line) {
            self.0.insert(number, sum.to_owned());
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Opens the journal and compares. The numbers must be without gaps, too.
    pub(super) fn check(&self, program: &Path, directory: &Path, sums: &mut Summary) -> Result {
        let listed = Command::new(program).arg("list").arg(directory).output();
        let listed = listed.map_err(|error| Failure::to("list a journal", error))?;
        if !listed.status.success() {
            let said = String::from_utf8_lossy(&listed.stderr).into_owned();
            return Err(Failure::to("open the journal again", said));
        }
        let text = String::from_utf8_lossy(&listed.stdout);
        let found: BTreeMap<u64, &str> = text.lines().filter_map(pair).collect();
        let is_whole = found.keys().copied().eq(1..=found.len() as u64);
        let lost: Vec<_> = self
            .0
            .iter()
            .filter(|(number, sum)| found.get(number) != Some(&sum.as_str()))
            .collect();
        if !lost.is_empty() || !is_whole {
            let (count, first) = (lost.len(), lost.first());
            let what = format!("{count} acknowledged records are not there, first {first:?}");
            return Err(Failure::new(format!("{what}; numbers without gaps: {is_whole}")));
        }
        sums.unacknowledged += found.len() - self.len();
        sums.dropped += value(&text, "dropped=");
        sums.replaced += value(&text, "replaced=");
        Ok(())
    }
}

fn pair(line: &str) -> Option<(u64, &str)> {
    let (number, sum) = line.split_once(' ')?;
    Some((number.parse().ok()?, sum))
}

fn value(text: &str, name: &str) -> u64 {
    let rest = text.split(name).nth(1).unwrap_or_default();
    rest.split_whitespace().next().and_then(|digits| digits.parse().ok()).unwrap_or_default()
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rounds, acknowledged, unacknowledged, dropped, replaced } = self;
        write!(f, "{rounds} rounds, {acknowledged} records acknowledged, 0 lost; ")?;
        write!(
            f,
            "{unacknowledged} more were there at the ends of rounds, {replaced} were written "
        )?;
        write!(f, "again by the next owner, {dropped} frames went with torn tails")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_no_acknowledgement_are_not_noted() {
        let mut acknowledged = Acknowledged::default();
        for line in ["1 00aa", "full Busy", "", "closed", "2 00bb"] {
            acknowledged.note(line);
        }
        assert_eq!(acknowledged.len(), 2);
        assert_eq!(value("1 00\nclean=true dropped=3 replaced=14\n", "replaced="), 14);
    }
}
