//! The server as a process.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use crate::failure::{Failure, Result};

/// A server. It is killed when this is dropped.
pub(super) struct Process {
    child: Child,
    lines: Receiver<String>,
}

/// What a server said at its start.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) address: SocketAddr,
    /// How many writes it found unstored in its journal.
    pub(super) restored: u64,
}

impl Process {
    const PATIENCE: Duration = Duration::from_secs(60);

    pub(super) fn start(program: &Path, flags: &[&str]) -> Result<Self> {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("FOREBAY_") {
                command.env_remove(name);
            }
        }
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(flags);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| Failure::to("start the server", error))?;
        let stderr = child.stderr.take().ok_or_else(|| Failure::new("the server has no stderr"))?;
        let (said, lines) = mpsc::channel();
        thread::spawn(move || {
            let lines = BufReader::new(stderr).lines().map_while(std::io::Result::ok);
            lines.for_each(|line| drop(said.send(line)));
        });
        Ok(Self { child, lines })
    }

    /// Waits until it listens.
    pub(super) fn listening(&self) -> Result<Started> {
        let (mut seen, mut restored) = (Vec::new(), 0);
        while let Ok(line) = self.lines.recv_timeout(Self::PATIENCE) {
            if let Some(address) = line.strip_prefix("forebay: listening on ") {
                let address =
                    address.parse().map_err(|error| Failure::to("read the address", error))?;
                return Ok(Started { address, restored });
            }
            restored += restored_in(&line);
            seen.push(line);
        }
        Err(Failure::new(format!("the server does not listen; it said {seen:#?}")))
    }

    /// Kills it as `kill -9` does.
    pub(super) fn kill(mut self) -> Result {
        let killed = self.child.kill().and_then(|()| self.child.wait());
        killed.map(drop).map_err(|error| Failure::to("kill the server", error))
    }

    /// Stops it in good order. It must have stored everything.
    pub(super) fn drain(mut self) -> Result {
        let script = format!("kill -TERM {}", self.child.id());
        let told = Command::new("sh").args(["-c", &script]).status();
        told.map_err(|error| Failure::to("stop the server", error))?;
        let mut said = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(Self::PATIENCE) {
            said.push(line);
        }
        let ended = self.child.wait().map_err(|error| Failure::to("wait for its end", error))?;
        let is_clean = said.iter().any(|line| line.contains(" left 0, quarantined 0, "));
        if ended.success() && is_clean {
            return Ok(());
        }
        Err(Failure::new(format!("the server ended with {ended}, and said {said:#?}")))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn restored_in(line: &str) -> u64 {
    let number =
        line.split_once(" in it w").and_then(|(before, _)| before.rsplit(' ').nth(1)?.parse().ok());
    number.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::restored_in;

    #[test]
    fn what_was_restored_is_read_from_the_line_of_the_start() {
        let line = "forebay: journal a b.journal: 12 writes in it were not stored and are dirty";
        assert_eq!(restored_in(line), 12);
        assert_eq!(restored_in("forebay: journal j: 1 write in it was not stored"), 1);
        assert_eq!(restored_in("forebay: journal j: nothing in it was unstored"), 0);
    }
}
