//! A connection to a server.

use std::io::{self, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::answer::Answer;
use crate::failure::{Failure, Result};

/// A connection to a server.
pub(super) struct Wire(BufReader<TcpStream>);

impl Wire {
    /// An answer that takes longer is a failure.
    pub(super) const PATIENCE: Duration = Duration::from_secs(60);

    pub(super) fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Self::PATIENCE))?;
        Ok(Self(BufReader::new(stream)))
    }

    pub(super) fn set_patience(&self, patience: Duration) -> io::Result<()> {
        self.0.get_ref().set_read_timeout(Some(patience))
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    pub(super) fn answer(&mut self) -> io::Result<Answer> {
        Answer::read(&mut self.0)
    }

    /// One command, and its answer.
    pub(super) fn ask(&mut self, parts: &[&[u8]]) -> Result<Answer> {
        let asked = self.send(&encode(parts)).and_then(|()| self.answer());
        asked.map_err(|error| Failure::to("ask the server", error))
    }
}

/// The bytes of a command.
pub(super) fn encode(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", parts.len()).into_bytes();
    for part in parts {
        bytes.extend_from_slice(format!("${}\r\n", part.len()).as_bytes());
        bytes.extend_from_slice(part);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}
