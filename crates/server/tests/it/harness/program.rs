//! The program as a process.
#![expect(clippy::disallowed_methods, reason = "a pipe is read by a thread of the test")]

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};

use super::{PATIENCE, Wire};

/// A running program. Dropping it kills it.
pub(crate) struct Program {
    child: Child,
    lines: Receiver<String>,
    address: Option<SocketAddr>,
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    /// What it said that was not read yet.
    pub(crate) lines: Vec<String>,
}

impl Program {
    /// The program with a store in memory and these flags, ready to be connected to.
    pub(crate) fn memory(flags: &[&str]) -> Self {
        Self::start(&[&["--store", "memory:"], flags].concat())
    }

    /// The program with these flags, ready to be connected to over TCP.
    pub(crate) fn start(flags: &[&str]) -> Self {
        let mut program =
            Self::spawn(&[&["serve", "--listen", "127.0.0.1:0"], flags].concat(), &[]);
        program.await_listening();
        program
    }

    /// Waits until it can be connected to over TCP.
    pub(crate) fn await_listening(&mut self) {
        let said = self.wait_for_line("listening on ");
        let address = said.trim_start_matches("forebay: listening on ").parse();
        self.address = Some(address.expect("an address after `listening on`"));
    }

    /// The program with exactly these arguments and this environment.
    pub(crate) fn spawn(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let ours = std::env::vars_os().map(|(name, _)| name);
        let ours = ours.filter(|name| name.to_string_lossy().starts_with("FOREBAY_"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_forebay"));
        for name in ours {
            command.env_remove(name);
        }
        let mut child = command
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().expect("stderr is a pipe"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { child, lines, address: None }
    }

    /// Reads what it says up to a line that contains `text`, and gives that line back.
    pub(crate) fn wait_for_line(&mut self, text: &str) -> String {
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(text) => return line,
                Ok(line) => seen.push(line),
                Err(error) => panic!("{error}: no {text:?} in {seen:#?}"),
            }
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address.expect("it listens on TCP")
    }

    /// Its number as a process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn port(&self) -> String {
        self.address().port().to_string()
    }

    /// A new connection.
    pub(crate) fn connect(&self) -> Wire<TcpStream> {
        Wire::tcp(self.address())
    }

    /// A new connection, as a plain socket.
    pub(crate) fn socket(&self) -> TcpStream {
        let socket = TcpStream::connect(self.address()).expect("connect");
        socket.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        socket
    }

    /// Sends a signal: `TERM`, `INT` or `KILL`.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status().expect("sh runs");
        assert!(status.success(), "{kill}");
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> Ended {
        let mut lines = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => lines.push(line),
                // It closed its stderr, so it ends or has ended.
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it did not end: {lines:#?}"),
            }
        }
        let code = self.child.wait().expect("it is our child").code();
        Ended { code, lines }
    }

    /// Stops it in good order and waits for its end.
    pub(crate) fn stop(self) -> Ended {
        self.signal("TERM");
        self.wait()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// Everything it said.
    pub(crate) fn said(&self) -> String {
        self.lines.join("\n")
    }
}
