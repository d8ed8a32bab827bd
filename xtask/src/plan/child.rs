//! A command that writes to a log and is stopped at its limit.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::process_tree;
use crate::failure::{Failure, Result};

/// How a command ended.
#[derive(Debug)]
pub(super) enum Ended {
    Well,
    Badly(ExitStatus),
    /// It took longer than it may, and was stopped with everything it started.
    TooLate,
}

/// Runs `command` with its whole output in `log`; calls `beat` from time to time.
pub(super) fn run(
    command: &mut Command,
    log: &Path,
    limit: Duration,
    beat_every: Duration,
    mut beat: impl FnMut(),
) -> Result<Ended> {
    let folder = log.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| Failure::to("create the folder of logs", error))?;
    let output = File::create(log).map_err(|error| Failure::to("create a log", error))?;
    let errors = output.try_clone().map_err(|error| Failure::to("share a log", error))?;
    let started = Instant::now();
    let mut child = command.stdout(output).stderr(errors).spawn().map_err(|error| {
        Failure::to(format!("start {}", command.get_program().to_string_lossy()), error)
    })?;
    let process = child.id();
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(child.wait()));
    loop {
        let left = limit.saturating_sub(started.elapsed());
        if left.is_zero() {
            process_tree::end(process);
            // It was killed, so this answers soon.
            return end.recv().map(|_| Ended::TooLate).map_err(|error| Failure::to("wait", error));
        }
        match end.recv_timeout(left.min(beat_every)) {
            Ok(Ok(status)) if status.success() => return Ok(Ended::Well),
            Ok(Ok(status)) => return Ok(Ended::Badly(status)),
            Ok(Err(error)) => return Err(Failure::to("wait for a command", error)),
            Err(RecvTimeoutError::Timeout) => beat(),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Failure::new("nobody waits for the command any more"));
            }
        }
    }
}
