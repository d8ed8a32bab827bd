//! A process that lives on beside those that are killed.

use std::path::{Path, PathBuf};

use super::leftovers::{check_spill, sessions};
use super::summary::Summary;
use crate::drill::appender::Appender;
use crate::failure::{Failure, Result};

/// A process that has objects of its own in the same spill, and looks at them and at the archive all the time.
pub(super) struct Neighbour {
    process: Appender,
    spill: PathBuf,
    session: String,
}

impl Neighbour {
    pub(super) fn start(program: &Path, arguments: &[&str], spill: &Path) -> Result<Self> {
        let process = Appender::start(program, arguments)?;
        process.until("ready", |_| ())?;
        let session = sessions(spill)?.pop();
        let session = session.ok_or_else(|| Failure::new("the neighbour has no session"))?;
        Ok(Self { process, spill: spill.to_path_buf(), session })
    }

    /// Everything that it has and sees is whole, and it is alone in the spill.
    pub(super) fn check(&mut self, sums: &mut Summary) -> Result {
        check_spill(&self.spill, Some(&self.session))?;
        self.process.ask()?;
        let line = self.process.until("", |_| ())?;
        let ["whole", _, seen, overtaken] = *line.split(' ').collect::<Vec<_>>() else {
            return Err(Failure::to("look on", line));
        };
        let number = |word: &str| word.parse().unwrap_or(0_u64);
        sums.seen += number(seen);
        sums.overtaken += number(overtaken);
        Ok(())
    }

    /// It ends orderly, and nothing is left.
    pub(super) fn finish(self) -> Result {
        self.process.finish(|_| ())?;
        check_spill(&self.spill, None)
    }
}
