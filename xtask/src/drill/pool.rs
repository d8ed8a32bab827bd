//! An archive of a pool is killed under load, again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::appender::Appender;
use crate::failure::{Failure, Result};

/// Rounds that go on with the same archive.
const LIVES: u32 = 10;

/// What was answered, and what is open.
#[derive(Clone, Debug, Default)]
struct Answered {
    kept: BTreeSet<String>,
    deleted: BTreeSet<String>,
    /// Deletes that were begun.
    deleting: BTreeSet<String>,
    /// The last generation of each thread that was answered, and the last that was begun.
    snapshots: BTreeMap<u64, (u64, u64)>,
}

/// What is there after a restart.
#[derive(Debug, Default)]
struct Found {
    kept: BTreeSet<String>,
    snapshots: BTreeMap<u64, u64>,
}

/// Sums over all rounds.
#[derive(Debug, Default)]
struct Summary {
    rounds: u32,
    kept: u64,
    committed: u64,
    deleted: u64,
    /// Commits that were there although nobody was told.
    unanswered: u64,
}

pub(super) fn run(program: &Path, folder: &Path, rounds: u32, out: &mut dyn Write) -> Result {
    writeln!(
        out,
        "{rounds} times: keep and commit from four threads, kill -9, open, verify, compare"
    )?;
    let mut sums = Summary::default();
    let mut answered = Answered::default();
    for round in 0..rounds {
        let place = folder.join(format!("pool-{}", round / LIVES));
        if round % LIVES == 0 {
            answered = Answered::default();
        }
        let working = Appender::start(program, &["work", &place.to_string_lossy()])?;
        let time = Duration::from_millis(u64::from(round * 53 % 170));
        working.listen(time, |line| sums.note(&mut answered, line))?;
        working.kill(|line| sums.note(&mut answered, line))?;
        let found = check(program, &place)?;
        sums.compare(&mut answered, &found)?;
        check_spill(&place.join("spill"))?;
        if round % LIVES == LIVES - 1 {
            let removed = std::fs::remove_dir_all(&place);
            removed.map_err(|error| Failure::to("remove an archive", error))?;
        }
    }
    writeln!(out, "kill of an archive: {sums}")?;
    Ok(())
}

/// Opens the archive, which is verified and read by the program then.
fn check(program: &Path, place: &Path) -> Result<Found> {
    let checked = Command::new(program).arg("check").arg(place).output();
    let checked = checked.map_err(|error| Failure::to("check an archive", error))?;
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    if !checked.status.success() {
        let last = said.lines().last().unwrap_or_default().to_owned();
        return Err(Failure::to("open the archive again", last));
    }
    let mut found = Found::default();
    for line in said.lines() {
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["kept", key] => drop(found.kept.insert((*key).to_owned())),
            ["snapshot", thread, generation] => {
                found.snapshots.insert(number(thread)?, number(generation)?);
            }
            _ => return Err(Failure::new(format!("the program said `{line}`"))),
        }
    }
    Ok(found)
}

/// The next process has removed what the killed one had spilled, and has closed orderly itself.
fn check_spill(spill: &Path) -> Result {
    let entries = std::fs::read_dir(spill).map_err(|error| Failure::to("list the spill", error))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    if names == ["DOOR", "FOREBAY-SPILL"] {
        return Ok(());
    }
    Err(Failure::new(format!("the spill has {}", names.join(", "))))
}

fn number(word: &str) -> Result<u64> {
    word.parse().map_err(|error| Failure::to("read a number", error))
}

impl Summary {
    /// Notes a line of the process.
    fn note(&mut self, answered: &mut Answered, line: &str) {
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["kept", key] => {
                self.kept += 1;
                answered.kept.insert((*key).to_owned());
                // Kept again, it is not deleted any more.
                answered.deleting.remove(*key);
                answered.deleted.remove(*key);
            }
            ["deleting", key] => {
                answered.kept.remove(*key);
                answered.deleting.insert((*key).to_owned());
            }
            ["deleted", key] => {
                self.deleted += 1;
                answered.deleting.remove(*key);
                answered.deleted.insert((*key).to_owned());
            }
            [what @ ("committing" | "committed"), thread, generation] => {
                let (Ok(thread), Ok(generation)) = (thread.parse(), generation.parse()) else {
                    return;
                };
                let (last, begun) = answered.snapshots.entry(thread).or_default();
                if *what == "committed" {
                    *last = generation;
                    self.committed += 1;
                } else {
                    *begun = generation;
                }
            }
            _ => {}
        }
    }

    /// Compares, and takes what is there for answered: an opening has shown it.
    fn compare(&mut self, answered: &mut Answered, found: &Found) -> Result {
        if let Some(lost) = answered.kept.difference(&found.kept).next() {
            return Err(Failure::new(format!("{lost} was kept, and is not there")));
        }
        if let Some(back) = answered.deleted.intersection(&found.kept).next() {
            return Err(Failure::new(format!("{back} was deleted, and is there")));
        }
        for (thread, (last, begun)) in &mut answered.snapshots {
            let there = found.snapshots.get(thread).copied().unwrap_or_default();
            if !(*last..=*begun).contains(&there) {
                let range = format!("{last} to {begun}");
                let message = format!("snapshot {thread} shows generation {there}, not {range}");
                return Err(Failure::new(message));
            }
            self.unanswered += u64::from(there > *last);
            (*last, *begun) = (there, there);
        }
        answered.kept.clone_from(&found.kept);
        answered.deleting.clear();
        self.rounds += 1;
        Ok(())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, kept, committed, deleted, unanswered } = self;
        write!(
            f,
            "{rounds} rounds, {kept} keeps, {committed} commits and {deleted} deletes were "
        )?;
        write!(
            f,
            "answered, 0 lost, 0 half; {unanswered} commits were there that nobody was told of"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kept: &[&str], snapshots: &[(u64, u64)]) -> Found {
        let kept = kept.iter().map(|key| (*key).to_owned()).collect();
        Found { kept, snapshots: snapshots.iter().copied().collect() }
    }

    #[test]
    fn what_was_answered_must_be_there_and_what_was_deleted_not() {
        let mut sums = Summary::default();
        let mut answered = Answered::default();
        for line in [
            "kept a",
            "kept b",
            "kept c",
            "deleting b",
            "deleted b",
            "deleting c",
            "committing 1 4",
            "committed 1 4",
            "committing 1 5",
            "committing 2 1",
        ] {
            sums.note(&mut answered, line);
        }
        let mut is_right = |found| sums.compare(&mut answered.clone(), &found).is_ok();
        for generation in [4, 5] {
            assert!(is_right(found(&["a", "c"], &[(1, generation)])));
            assert!(is_right(found(&["a"], &[(1, generation), (2, 1)])));
        }
        assert!(!is_right(found(&["c"], &[(1, 4)])));
        assert!(!is_right(found(&["a", "b"], &[(1, 4)])));
        for generation in [3, 6] {
            assert!(!is_right(found(&["a"], &[(1, generation)])));
        }
        assert!(!is_right(found(&["a"], &[(1, 4), (2, 2)])));
    }
}
