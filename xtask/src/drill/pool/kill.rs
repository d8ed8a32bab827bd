//! The rounds.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::answered::{Answered, Found};
use super::leftovers::check_archive;
use super::neighbour::Neighbour;
use super::summary::Summary;
use crate::drill::appender::Appender;
use crate::failure::{Failure, Result};

/// Rounds that go on with the same archive and the same neighbour.
const LIVES: u32 = 10;

/// What kind of system it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    /// As the real one has it.
    Real,
    /// Every file has a name.
    Named,
}

impl Files {
    /// The arguments of the program for a task.
    fn task<'a>(self, task: &'a str, place: &'a str) -> Vec<&'a str> {
        let named = (self == Self::Named).then_some("named");
        [task, place].into_iter().chain(named).collect()
    }
}

pub(in crate::drill) fn run(
    program: &Path,
    folder: &Path,
    rounds: u32,
    files: Files,
    out: &mut dyn Write,
) -> Result {
    let how = if files == Files::Named { " (every file has a name)" } else { "" };
    writeln!(
        out,
        "{rounds} times{how}: keep, commit and spill from four threads, kill -9, open, verify, compare"
    )?;
    let mut sums = Summary::default();
    for life in 0..rounds.div_ceil(LIVES) {
        let place = folder.join(format!("pool-{life}"));
        let name = place.to_string_lossy();
        let task = |task| files.task(task, &name);
        let mut neighbour =
            Neighbour::start(program, &files.task("look", &name), &place.join("spill"))?;
        let mut answered = Answered::default();
        for round in life * LIVES..rounds.min((life + 1) * LIVES) {
            let working = Appender::start(program, &task("work"))?;
            let time = Duration::from_millis(u64::from(round * 131 % 900));
            let mut note = |line: &str| sums.count(answered.note(line));
            working.listen(time, &mut note)?;
            working.kill(&mut note)?;
            let found = check(program, &task("check"))?;
            sums.unanswered += answered.compare(&found)?;
            sums.files += found.swept.1;
            check_archive(&place.join("archive"))?;
            neighbour.check(&mut sums)?;
            sums.rounds += 1;
        }
        neighbour.finish()?;
        let removed = std::fs::remove_dir_all(&place);
        removed.map_err(|error| Failure::to("remove an archive", error))?;
    }
    writeln!(out, "kill of a pool: {sums}")?;
    Ok(())
}

/// Opens the archive, which is verified and read by the program then.
fn check(program: &Path, task: &[&str]) -> Result<Found> {
    let checked = Command::new(program).args(task).output();
    let checked = checked.map_err(|error| Failure::to("check an archive", error))?;
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    if !checked.status.success() {
        let last = said.lines().last().unwrap_or_default().to_owned();
        return Err(Failure::to("open the archive again", last));
    }
    let found = Found::of(&said)?;
    if found.swept.0 != 1 {
        let sessions = found.swept.0;
        return Err(Failure::new(format!("{sessions} dead sessions were removed, not one")));
    }
    Ok(found)
}
