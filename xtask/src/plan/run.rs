//! Steps in order, until one fails.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::child::{self, Ended};
use super::elapsed::Elapsed;
use super::step::{Step, Work, typed};
use crate::failure::{Failure, Result};

/// How often a long step says that it is still under way.
const BEAT: Duration = Duration::from_secs(30);

/// Named work in steps.
#[derive(Debug)]
pub struct Plan {
    name: &'static str,
    steps: Vec<Step>,
    logs: PathBuf,
}

/// Where a step stands in its plan.
#[derive(Clone, Copy)]
struct Place {
    number: usize,
    count: usize,
    begun: Instant,
}

impl Plan {
    /// A plan without steps, whose logs go to a folder of its name.
    pub fn new(name: &'static str, logs: &Path) -> Self {
        Self { name, steps: Vec::new(), logs: logs.join(name) }
    }

    /// The same plan with more steps at its end.
    #[must_use]
    pub fn then(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.steps.extend(steps);
        self
    }

    /// The names of its steps.
    pub fn names(&self) -> Vec<&str> {
        self.steps.iter().map(Step::name).collect()
    }

    /// Does the steps one after the other. The first that fails ends it; its output is shown.
    pub fn run(self, out: &mut dyn Write) -> Result {
        let begun = Instant::now();
        let count = self.steps.len();
        for (at, step) in self.steps.into_iter().enumerate() {
            let place = Place { number: at + 1, count, begun };
            let name = step.name.clone();
            if let Err(failure) = run_step(step, place, &self.logs, out) {
                let elapsed = Elapsed(begun.elapsed());
                let left = count - at - 1;
                return Err(Failure::new(format!(
                    "{failure}\n{}: FAILED at step {}/{count}, {name}, after {elapsed}; {left} steps not run",
                    self.name, place.number
                )));
            }
        }
        let elapsed = Elapsed(begun.elapsed());
        writeln!(out, "{}: all {count} steps passed in {elapsed}", self.name)?;
        Ok(())
    }
}

fn run_step(step: Step, place: Place, logs: &Path, out: &mut dyn Write) -> Result {
    let Step { name, work, limit, sum_up } = step;
    let Place { number, count, begun } = place;
    let label = format!("[{number:>2}/{count}] {name}");
    let started = Instant::now();
    let summary = match work {
        Work::Inside(work) => {
            writeln!(out, "{label}")?;
            let said = work()?;
            if !said.is_empty() {
                writeln!(out, "{said}")?;
            }
            None
        }
        Work::Command(mut command) => {
            writeln!(out, "{label}: {}", typed(&command))?;
            let log = logs.join(format!("{number:02}-{}.log", file_name(&name)));
            run_command(&name, &label, &mut command, limit, &log, out)?;
            sum_up(&read(&log))
        }
    };
    let (took, total) = (Elapsed(started.elapsed()), Elapsed(begun.elapsed()));
    let summary = summary.map_or_else(String::new, |summary| format!("{summary}, "));
    writeln!(out, "{label}: ok, {summary}{took} ({total} in all)")?;
    Ok(out.flush()?)
}

fn run_command(
    name: &str,
    label: &str,
    command: &mut Command,
    limit: Duration,
    log: &Path,
    out: &mut dyn Write,
) -> Result {
    let started = Instant::now();
    let mut beat = || {
        let elapsed = Elapsed(started.elapsed());
        // A terminal that went away is no reason to stop the work.
        writeln!(out, "{label}: {elapsed}, at: {}", last_line(&read(log))).ok();
        out.flush().ok();
    };
    let why = match child::run(command, log, limit, BEAT, &mut beat)? {
        Ended::Well => return Ok(()),
        Ended::Badly(status) => status.to_string(),
        Ended::TooLate => format!("stopped after its limit, {}", Elapsed(limit)),
    };
    out.write_all(read(log).as_bytes())?;
    Err(Failure::new(format!(
        "{name} failed ({why}); its output stands above and in {}\nto repeat it: {}",
        log.display(),
        typed(command)
    )))
}

/// A log; empty if it cannot be read, because it only explains and decides nothing.
fn read(log: &Path) -> String {
    String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned()
}

fn last_line(text: &str) -> &str {
    text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no output yet").trim()
}

fn file_name(name: &str) -> String {
    name.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(name: &str, script: &str) -> Step {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Step::command(name, command)
    }

    /// What the plan of these steps prints, and how it ends.
    fn run(name: &'static str, steps: impl IntoIterator<Item = Step>) -> (String, Result) {
        let logs = std::env::temp_dir().join(format!("xtask-{}", std::process::id()));
        let mut out = Vec::new();
        let result = Plan::new(name, &logs).then(steps).run(&mut out);
        fs::remove_dir_all(logs.join(name)).ok();
        (String::from_utf8(out).unwrap(), result)
    }

    #[test]
    fn a_step_that_passes_is_quiet() {
        let (out, result) = run("quiet", [shell("one", "echo inner"), shell("two", "true")]);
        assert!(result.is_ok());
        assert!(!out.contains("\ninner"), "{out}");
        assert!(out.contains("[ 2/2] two: ok"), "{out}");
        assert!(out.contains("quiet: all 2 steps passed"), "{out}");
    }

    #[test]
    fn a_step_may_sum_up_its_log() {
        let step = shell("one", "echo 3 things").telling(|log| Some(log.trim().to_owned()));
        let (out, result) = run("sum", [step]);
        assert!(result.is_ok());
        assert!(out.contains("one: ok, 3 things, "), "{out}");
    }

    #[test]
    fn a_step_that_fails_shows_its_whole_output_and_ends_the_plan() {
        let script = "echo first; echo last >&2; exit 3";
        let (out, result) = run("loud", [shell("one", script), shell("two", "echo never")]);
        let failure = result.unwrap_err().to_string();
        assert!(out.contains("first\nlast\n"), "{out}");
        assert!(!out.contains("two"), "{out}");
        assert!(failure.contains("FAILED at step 1/2, one"), "{failure}");
        assert!(failure.contains("exit status: 3"), "{failure}");
    }

    #[test]
    fn a_step_that_hangs_is_stopped_at_its_limit_with_what_it_started() {
        let script = "echo begun; tail -f /dev/null";
        let step = shell("hang", script).at_most(Duration::from_millis(300));
        let (out, result) = run("hang", [step]);
        let failure = result.unwrap_err().to_string();
        assert!(out.contains("begun"), "{out}");
        assert!(failure.contains("stopped after its limit"), "{failure}");
    }

    #[test]
    fn work_inside_of_the_program_is_a_step_like_any_other() {
        let (out, result) = run("inside", [Step::inside("look", || Ok("seen".to_owned()))]);
        assert!(result.is_ok());
        assert!(out.contains("seen\n"), "{out}");
        let (_, result) = run("inside", [Step::inside("look", || Err(Failure::new("blind")))]);
        assert!(result.unwrap_err().to_string().contains("blind"));
    }
}
