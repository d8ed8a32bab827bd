//! A client that speaks bytes.

use std::io::{BufReader, Error, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::{PATIENCE, Value};

/// A connection.
pub(crate) struct Wire<S> {
    stream: BufReader<S>,
}

impl Wire<TcpStream> {
    pub(crate) fn tcp(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("connect");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream.set_nodelay(true).expect("no delay");
        Self { stream: BufReader::new(stream) }
    }
}

impl Wire<UnixStream> {
    pub(crate) fn unix(path: &Path) -> Self {
        let stream = UnixStream::connect(path).expect("connect");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        Self { stream: BufReader::new(stream) }
    }
}

impl<S: Read + Write> Wire<S> {
    /// A connection over any stream.
    #[cfg_attr(
        not(feature = "tls"),
        expect(dead_code, reason = "only TLS has a stream of its own")
    )]
    pub(crate) fn over(stream: S) -> Self {
        Self { stream: BufReader::new(stream) }
    }

    /// Sends bytes as they are. A server that hung up already is not an error here.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.get_mut().write_all(bytes.as_ref());
    }

    /// Reads one reply.
    pub(crate) fn reply(&mut self) -> Value {
        Value::read(&mut self.stream, &mut Vec::new()).expect("a reply")
    }

    /// Reads the bytes of one reply.
    pub(crate) fn reply_bytes(&mut self) -> Vec<u8> {
        let mut raw = Vec::new();
        Value::read(&mut self.stream, &mut raw).expect("a reply");
        raw
    }

    /// Sends a command and reads its reply. Arguments are parted by spaces.
    pub(crate) fn ask(&mut self, command: &str) -> Value {
        let parts: Vec<_> = command.split(' ').map(str::as_bytes).collect();
        self.command(&parts)
    }

    /// Sends a command of any bytes and reads its reply.
    pub(crate) fn command(&mut self, parts: &[&[u8]]) -> Value {
        self.send(encode(parts));
        self.reply()
    }

    /// Whether the server has hung up, with nothing more to say.
    pub(crate) fn is_closed(&mut self) -> bool {
        let mut rest = Vec::new();
        match self.stream.read_to_end(&mut rest) {
            Ok(_) => rest.is_empty(),
            Err(error) => is_hung_up(&error),
        }
    }
}

/// Over TLS a refusal is told before the end, or the end comes without a word.
fn is_hung_up(error: &Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionReset, InvalidData, UnexpectedEof};
    matches!(error.kind(), ConnectionAborted | ConnectionReset | InvalidData | UnexpectedEof)
}

/// The bytes of a command.
pub(crate) fn encode(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", parts.len()).into_bytes();
    for part in parts {
        bytes.extend(format!("${}\r\n", part.len()).bytes());
        bytes.extend_from_slice(part);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}
