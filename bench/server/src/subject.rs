//! Who is measured: a server as a process.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use forebay_measure::clock;

use crate::contest::Promise;

/// For how long a server may start.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Forebay,
    Redis,
}

impl Kind {
    pub(crate) const ALL: [Self; 2] = [Self::Forebay, Self::Redis];

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Forebay => "forebay",
            Self::Redis => "redis",
        }
    }
}

/// A server that can be asked. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) port: u16,
    process: Child,
}

impl Subject {
    /// Starts one whose files, if it has any, are in `folder`.
    pub(crate) fn start(
        kind: Kind,
        promise: Promise,
        program: &Path,
        flags: &[String],
        folder: &Path,
    ) -> Result<Self> {
        // Nobody else takes it in the moment between; if somebody does, the server says so and ends.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = match kind {
            Kind::Forebay => forebay(promise, program, port, folder),
            Kind::Redis => redis(promise, port, folder),
        };
        if kind == Kind::Forebay {
            command.args(flags);
        }
        let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut subject = Self { port, process: silent.spawn()? };
        let begun = clock::now();
        while !subject.answers() {
            if let Some(status) = subject.process.try_wait()? {
                return Err(Error::other(format!("{} ended with {status}", kind.label())));
            }
            if begun.elapsed() > PATIENCE {
                return Err(Error::new(ErrorKind::TimedOut, "a server does not answer"));
            }
            clock::pause_for(Duration::from_millis(20));
        }
        Ok(subject)
    }

    fn answers(&self) -> bool {
        let ask = || -> Result<bool> {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.write_all(b"PING\r\n")?;
            let mut reply = [0; 7];
            stream.read_exact(&mut reply)?;
            Ok(&reply == b"+PONG\r\n")
        };
        ask().unwrap_or(false)
    }

    /// How long all its threads have worked, in seconds.
    pub(crate) fn worked(&self) -> Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        // What comes before the bracket may have spaces in it.
        let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks: f64 = rest
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<f64>().ok())
            .sum();
        // Linux has a hundred ticks a second for programs, whatever it has for itself.
        Ok(ticks / 100.0)
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn forebay(promise: Promise, program: &Path, port: u16, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--memory", "1gib"]);
    match promise {
        Promise::Memory => {
            command.args(["--store", "memory:", "--journal", "none", "--durability", "memory"])
        }
        Promise::Synced => {
            let store = format!("redb:{}", folder.join("store.redb").display());
            command.args(["--store", &store, "--durability", "synced"])
        }
    };
    command
}

fn redis(promise: Promise, port: u16, folder: &Path) -> Command {
    let mut command = Command::new("redis-server");
    command.args(["--port", &port.to_string(), "--save", ""]).arg("--dir").arg(folder);
    match promise {
        Promise::Memory => command.args(["--appendonly", "no"]),
        Promise::Synced => command.args(["--appendonly", "yes", "--appendfsync", "always"]),
    };
    command
}
