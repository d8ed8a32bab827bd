//! The real Redis as a process.
#![expect(clippy::disallowed_methods, reason = "a pipe is read by a thread of the test")]

use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;

use tempfile::TempDir;

use super::{PATIENCE, Wire, redis_server};

/// A running Redis with one database that keeps nothing. Dropping it kills it.
pub(crate) struct Redis {
    child: Child,
    folder: TempDir,
}

impl Redis {
    /// One that is ready to be connected to.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(redis_server())
            .args(["--port", "0", "--unixsocket"])
            .arg(folder.path().join("socket"))
            .args(["--save", "", "--databases", "1", "--dir"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server starts");
        let stdout = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        let (sender, ready) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if line.contains("ready to accept connections at") {
                    let _ = sender.send(());
                }
            }
        });
        ready.recv_timeout(PATIENCE).expect("redis-server is ready");
        Self { child, folder }
    }

    /// A new connection.
    pub(crate) fn connect(&self) -> Wire<UnixStream> {
        Wire::unix(&self.path())
    }

    /// A new connection, as a plain socket.
    pub(crate) fn socket(&self) -> UnixStream {
        let socket = UnixStream::connect(self.path()).expect("connect");
        socket.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        socket
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("socket")
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
