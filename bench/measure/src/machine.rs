//! Where it was measured, in general words.

use std::fmt;
use std::num::NonZero;
use std::thread::available_parallelism;

/// The processors, and how busy they were.
#[derive(Debug)]
pub struct Machine {
    processors: usize,
    /// The load average of the last minute, before and after, where the system tells it.
    loads: Vec<String>,
}

impl Machine {
    /// Looks at it before a run.
    pub fn look() -> Self {
        let processors = available_parallelism().map_or(1, NonZero::get);
        Self { processors, loads: load().into_iter().collect() }
    }

    /// Looks once more, after it.
    pub fn look_again(&mut self) {
        self.loads.extend(load());
    }
}

fn load() -> Option<String> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next().map(str::to_owned)
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        write!(f, "{} processors, {os} on {arch}", self.processors)?;
        if let [before, after] = self.loads.as_slice() {
            write!(f, "; load average {before} before the run and {after} after it")?;
        }
        Ok(())
    }
}
