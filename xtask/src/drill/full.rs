//! The disk is full, and has room again.

use std::io::Write;
use std::path::Path;

use super::acknowledged::{Acknowledged, Summary};
use super::appender::Appender;
use super::mount::Mount;
use crate::failure::{Failure, Result};

const SIZE: u64 = 16 << 20;

pub(super) fn run(appender: &Path, folder: &Path, rounds: u32, out: &mut dyn Write) -> Result {
    writeln!(
        out,
        "{rounds} times: append at `synced` to a tmpfs of 16 MiB until it is full, make"
    )?;
    writeln!(out, "room, append more, end the process in one of three ways, open, compare")?;
    let mut disk = Mount::tmpfs(folder, SIZE)?;
    let mut sums = Summary::default();
    for round in 0..rounds {
        let ballast = disk.place().join("ballast");
        let journal = disk.place().join("journal");
        let failed = |error| Failure::to("take or make room", error);
        // Its end comes at another place of a segment each time.
        let length = usize::try_from(SIZE / 2 + u64::from(round) * 301_000).unwrap_or_default();
        std::fs::write(&ballast, vec![1; length]).map_err(failed)?;
        let mut acknowledged = Acknowledged::default();
        let path = journal.to_string_lossy();
        let mut writing = Appender::start(appender, &["fill", &path])?;
        let said = writing.until("full", |line| acknowledged.note(line))?;
        if round == 0 {
            writeln!(out, "  at the bound it says: {said}")?;
        }
        let at_bound = acknowledged.len();
        std::fs::remove_file(&ballast).map_err(failed)?;
        if round % 3 > 0 {
            writing.ask()?;
            writing.until("more", |line| acknowledged.note(line))?;
            if acknowledged.len() != at_bound + 1000 {
                return Err(Failure::new("it did not go on when there was room"));
            }
        }
        if round % 3 == 2 {
            writing.finish(|line| acknowledged.note(line))?;
        } else {
            writing.kill(|line| acknowledged.note(line))?;
        }
        acknowledged.check(appender, &journal, &mut sums)?;
        sums.rounds += 1;
        sums.acknowledged += acknowledged.len();
        std::fs::remove_dir_all(&journal).map_err(failed)?;
    }
    disk.unmount()?;
    Ok(writeln!(out, "full: {sums}")?)
}
