//! The process that appends, and what it says.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Failure, Result};

/// A process that appends. It is killed when this is dropped.
pub(super) struct Appender {
    child: Child,
    /// None once it has been told that there is nothing more to do.
    input: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Appender {
    pub(super) fn start(program: &Path, arguments: &[&str]) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        // When the disk is gone it says so, which is no news.
        command.stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| Failure::to("start", error))?;
        let missing = || Failure::new("the process has no pipes");
        let input = child.stdin.take().ok_or_else(missing)?;
        let mut output = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        let (said, lines) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            // A line without an end was cut off, and acknowledges nothing.
            while output.read_line(&mut line).is_ok() && line.ends_with('\n') {
                if said.send(std::mem::take(&mut line).trim_end().to_owned()).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, input: Some(input), lines })
    }

    /// Takes each line, for some time from the first one on, or until there are no more.
    pub(super) fn listen(&self, time: Duration, mut each: impl FnMut(&str)) -> Result {
        let first = self.line()?;
        each(&first);
        let end = Instant::now() + time;
        while let Ok(line) = self.lines.recv_timeout(end.saturating_duration_since(Instant::now()))
        {
            each(&line);
        }
        Ok(())
    }

    /// Takes lines until one begins so; that one is returned.
    pub(super) fn until(&self, beginning: &str, mut each: impl FnMut(&str)) -> Result<String> {
        loop {
            let line = self.line()?;
            if line.starts_with(beginning) {
                return Ok(line);
            }
            each(&line);
        }
    }

    /// The next line; it must come.
    fn line(&self) -> Result<String> {
        let line = self.lines.recv_timeout(Duration::from_secs(60));
        line.map_err(|error| Failure::to("hear from the process that appends", error))
    }

    /// Asks for more.
    pub(super) fn ask(&mut self) -> Result {
        let Some(input) = &mut self.input else { return Ok(()) };
        writeln!(input, "more").map_err(|error| Failure::to("ask for more", error))
    }

    /// Tells it that there is nothing more to do; it must close the journal and end well.
    pub(super) fn finish(mut self, each: impl FnMut(&str)) -> Result {
        self.input = None;
        self.until("closed", each)?;
        let ended = self.child.wait().map_err(|error| Failure::to("wait for its end", error))?;
        if ended.success() { Ok(()) } else { Err(Failure::new(format!("it ended with {ended}"))) }
    }

    /// Kills it as `kill -9` does, and takes what it had said before.
    pub(super) fn kill(mut self, mut each: impl FnMut(&str)) -> Result {
        self.child.kill().map_err(|error| Failure::to("kill", error))?;
        self.child.wait().map_err(|error| Failure::to("wait for what was killed", error))?;
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(60)) {
            each(&line);
        }
        Ok(())
    }
}

impl Drop for Appender {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
