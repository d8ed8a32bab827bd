//! A state is killed under load, again and again.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::appender::Appender;
use crate::failure::{Failure, Result};

/// Rounds that go on with the same state.
const LIVES: u32 = 10;

/// The thread whose rung promises nothing after a kill.
const MEMORY: u8 = 0;

/// The last transfer of each thread.
type Last = BTreeMap<u8, u64>;

/// Sums over all rounds.
#[derive(Debug, Default)]
struct Summary {
    rounds: u32,
    acknowledged: u64,
    unacknowledged: u64,
    /// Transfers at `memory` that were acknowledged and went with the process.
    gone: u64,
    /// Openings that went on from a snapshot.
    snapshots: u32,
}

pub(super) fn run(program: &Path, folder: &Path, rounds: u32, out: &mut dyn Write) -> Result {
    writeln!(out, "{rounds} times: transfer from four threads, kill -9, open, check and compare")?;
    let mut sums = Summary::default();
    let mut there = Last::new();
    for round in 0..rounds {
        let state = folder.join(format!("state-{}", round / LIVES));
        if round % LIVES == 0 {
            there.clear();
        }
        let mut told = there.clone();
        let writing = Appender::start(program, &["write", &state.to_string_lossy()])?;
        let time = Duration::from_millis(u64::from(round * 53 % 170));
        writing.listen(time, |line| note(&mut told, line))?;
        writing.kill(|line| note(&mut told, line))?;
        let (found, is_from_snapshot) = list(program, &state)?;
        sums.snapshots += u32::from(is_from_snapshot);
        sums.add(&there, &told, &found)?;
        there = found;
        if round % LIVES == LIVES - 1 {
            let removed = std::fs::remove_dir_all(&state);
            removed.map_err(|error| Failure::to("remove a state", error))?;
        }
    }
    writeln!(out, "kill of a state: {sums}")?;
    Ok(())
}

/// Notes a line of the process.
fn note(last: &mut Last, line: &str) {
    if let Some((thread, number)) = pair(line) {
        let last = last.entry(thread).or_default();
        *last = number.max(*last);
    }
}

/// Opens the state, which is checked by the program then; what is there, and whether it came from a
/// snapshot.
fn list(program: &Path, state: &Path) -> Result<(Last, bool)> {
    let listed = Command::new(program).arg("list").arg(state).output();
    let listed = listed.map_err(|error| Failure::to("list a state", error))?;
    if !listed.status.success() {
        let said = String::from_utf8_lossy(&listed.stderr).into_owned();
        return Err(Failure::to("open the state again", said));
    }
    let said = String::from_utf8_lossy(&listed.stdout);
    Ok((said.lines().filter_map(pair).collect(), said.contains("snapshot=true")))
}

fn pair(line: &str) -> Option<(u8, u64)> {
    let (thread, number) = line.split_once(' ')?;
    Some((thread.parse().ok()?, number.parse().ok()?))
}

impl Summary {
    /// Compares what was there before a round, what was told in it, and what is there now.
    fn add(&mut self, before: &Last, told: &Last, found: &Last) -> Result {
        for (thread, told) in told {
            let number = |last: &Last| last.get(thread).copied().unwrap_or_default();
            let (before, found) = (number(before), number(found));
            // What an opening has shown is as safe as what was acknowledged.
            if found < *told && (*thread != MEMORY || found < before) {
                return Err(Failure::new(format!(
                    "thread {thread}: {told} transfers were acknowledged and {found} are there"
                )));
            }
            self.acknowledged += told - before;
            self.unacknowledged += found.saturating_sub(*told);
            self.gone += told.saturating_sub(found);
        }
        self.rounds += 1;
        Ok(())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, acknowledged, unacknowledged, gone, snapshots } = self;
        write!(f, "{rounds} rounds, {acknowledged} transfers acknowledged, 0 lost, 0 torn; ")?;
        write!(f, "{unacknowledged} more were there, {gone} at `memory` went with the process; ")?;
        write!(f, "{snapshots} openings went on from a snapshot")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(pairs: &[(u8, u64)]) -> Last {
        pairs.iter().copied().collect()
    }

    #[test]
    fn what_was_acknowledged_must_be_there_but_for_that_at_memory() {
        let mut sums = Summary::default();
        let (before, told) = (last(&[(0, 4), (1, 5)]), last(&[(0, 9), (1, 9)]));
        assert!(sums.add(&before, &told, &last(&[(0, 4), (1, 9)])).is_ok());
        assert_eq!((sums.rounds, sums.acknowledged, sums.gone), (1, 9, 5));
        assert!(sums.add(&before, &told, &last(&[(0, 3), (1, 9)])).is_err());
        assert!(sums.add(&before, &told, &last(&[(0, 9), (1, 8)])).is_err());
        assert!(sums.add(&before, &told, &last(&[(0, 9)])).is_err());
    }

    #[test]
    fn a_line_that_is_no_acknowledgement_is_not_noted() {
        let mut noted = Last::new();
        for line in ["open", "1 5", "1 4", "", "x 3"] {
            note(&mut noted, line);
        }
        assert_eq!(noted, last(&[(1, 5)]));
    }
}
