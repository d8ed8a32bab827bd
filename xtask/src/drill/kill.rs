//! The process is killed.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use super::acknowledged::{Acknowledged, Summary};
use super::appender::Appender;
use crate::failure::{Failure, Result};

/// Rounds that go on with the same journal.
const LIVES: u32 = 5;

pub(super) fn run(appender: &Path, folder: &Path, rounds: u32, out: &mut dyn Write) -> Result {
    writeln!(out, "{rounds} times at each rung: append from four threads, kill -9, open, compare")?;
    for rung in ["journaled", "synced"] {
        let mut sums = Summary::default();
        let mut acknowledged = Acknowledged::default();
        for round in 0..rounds {
            let journal = folder.join(format!("{rung}-{}", round / LIVES));
            if round % LIVES == 0 {
                acknowledged = Acknowledged::default();
            }
            let before = acknowledged.len();
            let path = journal.to_string_lossy();
            let writing = Appender::start(appender, &["append", &path, rung])?;
            let time = Duration::from_millis(u64::from(round * 37 % 90));
            writing.listen(time, |line| acknowledged.note(line))?;
            writing.kill(|line| acknowledged.note(line))?;
            acknowledged.check(appender, &journal, &mut sums)?;
            sums.rounds += 1;
            sums.acknowledged += acknowledged.len() - before;
            if round % LIVES == LIVES - 1 {
                let removed = std::fs::remove_dir_all(&journal);
                removed.map_err(|error| Failure::to("remove a journal", error))?;
            }
        }
        writeln!(out, "kill at {rung}: {sums}")?;
    }
    Ok(())
}
