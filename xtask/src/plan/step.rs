//! One step of a plan.

use std::fmt;
use std::process::Command;
use std::time::Duration;

use crate::failure::Result;

/// A step that says nothing takes at most this long.
const LIMIT: Duration = Duration::from_secs(20 * 60);

/// A command, or work inside of this program, with a name and a limit.
pub struct Step {
    pub(super) name: String,
    pub(super) work: Work,
    pub(super) limit: Duration,
    pub(super) sum_up: fn(&str) -> Option<String>,
}

pub(super) enum Work {
    Command(Box<Command>),
    /// Gives what is to be shown.
    Inside(Box<dyn FnOnce() -> Result<String>>),
}

impl Step {
    /// A step that is a command.
    pub fn command(name: impl Into<String>, command: Command) -> Self {
        Self {
            name: name.into(),
            work: Work::Command(Box::new(command)),
            limit: LIMIT,
            sum_up: |_| None,
        }
    }

    /// A step that is done inside of this program. What it answers is shown either way.
    pub fn inside(
        name: impl Into<String>,
        work: impl FnOnce() -> Result<String> + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            work: Work::Inside(Box::new(work)),
            limit: LIMIT,
            sum_up: |_| None,
        }
    }

    /// The same step, stopped after `limit`.
    #[must_use]
    pub fn at_most(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The same step, which tells at its end what `sum_up` makes of its log.
    #[must_use]
    pub fn telling(mut self, sum_up: fn(&str) -> Option<String>) -> Self {
        self.sum_up = sum_up;
        self
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A command as a person would type it.
pub(super) fn typed(command: &Command) -> String {
    let quoted = |part: &std::ffi::OsStr| {
        let part = part.to_string_lossy();
        let is_plain =
            part.chars().all(|char| char.is_alphanumeric() || "-_=./:,@+".contains(char));
        if is_plain { part.into_owned() } else { format!("'{part}'") }
    };
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(quoted)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_prints_as_it_is_typed() {
        let mut command = Command::new("cargo");
        command.args(["clippy", "--", "-D", "a b"]);
        assert_eq!(typed(&command), "cargo clippy -- -D 'a b'");
    }
}
