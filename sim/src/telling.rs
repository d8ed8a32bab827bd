//! How a run that went wrong is told: what must not be, and what came before it.

use std::fmt;

use crate::history::History;
use crate::trace::Trace;

/// What came of a run, to be written out.
pub(crate) struct Telling<'a> {
    pub(crate) trace: &'a Trace,
    pub(crate) history: &'a History,
    /// Of the log, and of a key's operations, the last so many lines.
    pub(crate) lines: usize,
    /// In which part of the run the operations were done, as in ` in the last life`.
    pub(crate) part: &'static str,
}

impl fmt::Display for Telling<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for violation in self.trace.violations() {
            writeln!(f, "  {violation}")?;
        }
        let Some(first) = self.trace.violations().first() else {
            return writeln!(f, "nothing wrong");
        };
        let wanted = |line: &&crate::trace::Line| first.key.is_none_or(|key| line.is_about(key));
        let lines: Vec<_> = self.trace.lines().iter().filter(wanted).collect();
        writeln!(f, "the last of what happened:")?;
        for line in &lines[lines.len().saturating_sub(self.lines)..] {
            writeln!(f, "  {line}")?;
        }
        let Some(key) = first.key else { return Ok(()) };
        writeln!(f, "the operations on key {key}{}:", self.part)?;
        for (_, events) in self.history.keys().filter(|(each, _)| *each == key) {
            for event in &events[events.len().saturating_sub(self.lines)..] {
                writeln!(f, "  {event}")?;
            }
        }
        Ok(())
    }
}
