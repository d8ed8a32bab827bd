//! Unpacking, by the commands that every system has: nothing is linked for it.

use std::path::Path;
use std::process::{Command, Stdio};

use forebay_store::{Error, Result};

/// How a file is packed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Packing {
    None,
    Zstd,
    Gzip,
    Xz,
}

impl Packing {
    /// The bytes within.
    pub(crate) fn unpack(self, path: &Path) -> Result<Vec<u8>> {
        let (command, arguments): (_, &[&str]) = match self {
            Self::None => ("cat", &[]),
            Self::Zstd => ("zstd", &["-dc"]),
            Self::Gzip => ("gzip", &["-dc"]),
            Self::Xz => ("xz", &["-dc"]),
        };
        let run = Command::new(command).args(arguments).arg(path).stdin(Stdio::null()).output();
        let told =
            run.map_err(|error| Error::unavailable(format!("run {command}")).with_source(error))?;
        if told.status.success() {
            return Ok(told.stdout);
        }
        let said = String::from_utf8_lossy(&told.stderr);
        Err(Error::invalid(format!("{command} cannot unpack a trace: {}", said.trim())))
    }
}
