//! A connection to a running server, as far as the tools need one.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use forebay::{Error, Result};

use crate::resp::Reply;

/// A connection. Commands go one after another.
pub(in crate::tool) struct Wire(BufReader<Box<dyn Stream>>);

trait Stream: Read + Write + Send {}

impl Stream for TcpStream {}
impl Stream for UnixStream {}

/// The password in a file, if there is one. Line ends at its end are not part of it.
pub(in crate::tool) fn password(path: Option<&PathBuf>) -> Result<Option<String>> {
    let Some(path) = path else { return Ok(None) };
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::invalid(format!("read {}", path.display())).with_source(error))?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

impl Wire {
    /// A server that says nothing for so long is given up.
    const PATIENCE: Duration = Duration::from_secs(30);
    const LINE_MAX: u64 = 64 << 10;
    const BULK_MAX: u64 = 1 << 30;
    const DEPTH_MAX: u32 = 8;

    /// Connects to an address, or to a Unix socket: what has a `/` is a path.
    pub(in crate::tool) fn connect(address: &str, password: Option<&str>) -> Result<Self> {
        let lost = |error| {
            let message = format!("connect to a server at {address}");
            Error::unavailable(message).with_source(error)
        };
        let stream = if address.contains('/') { Self::unix(address) } else { Self::tcp(address) };
        let mut wire = Self(BufReader::new(stream.map_err(lost)?));
        if let Some(password) = password {
            wire.ask(&[b"AUTH", password.as_bytes()])?;
        }
        Ok(wire)
    }

    fn tcp(address: &str) -> io::Result<Box<dyn Stream>> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Self::PATIENCE))?;
        stream.set_write_timeout(Some(Self::PATIENCE))?;
        Ok(Box::new(stream))
    }

    fn unix(path: &str) -> io::Result<Box<dyn Stream>> {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(Self::PATIENCE))?;
        stream.set_write_timeout(Some(Self::PATIENCE))?;
        Ok(Box::new(stream))
    }

    /// The reply to a command. An error of the server is an error.
    pub(in crate::tool) fn ask(&mut self, words: &[&[u8]]) -> Result<Reply> {
        let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            bytes.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
            bytes.extend_from_slice(word);
            bytes.extend_from_slice(b"\r\n");
        }
        self.0.get_mut().write_all(&bytes).map_err(lost)?;
        match self.read(0)? {
            Reply::Error(text) => Err(Error::refused(format!("the server says: {text}"))),
            reply => Ok(reply),
        }
    }

    fn read(&mut self, depth: u32) -> Result<Reply> {
        let mut line = Vec::new();
        (&mut self.0).take(Self::LINE_MAX).read_until(b'\n', &mut line).map_err(lost)?;
        if line.is_empty() {
            return Err(Error::unavailable("the server closed the connection"));
        }
        let text = line.strip_suffix(b"\r\n").ok_or_else(|| strange("a line without an end"))?;
        let text = String::from_utf8_lossy(text).into_owned();
        let (kind, rest) = text.split_at_checked(1).ok_or_else(|| strange("an empty line"))?;
        let number = || rest.parse::<i64>().map_err(|_| strange("no number"));
        match kind {
            "+" => Ok(Reply::Text(rest.into())),
            "-" => Ok(Reply::Error(rest.to_owned().into())),
            ":" => Ok(Reply::Integer(number()?)),
            "$" => match u64::try_from(number()?) {
                Ok(length) if length <= Self::BULK_MAX => self.bulk(length),
                Ok(_) => Err(strange("a value of more than a GiB")),
                Err(_) => Ok(Reply::Null),
            },
            "*" if depth < Self::DEPTH_MAX => {
                let count = u64::try_from(number()?).unwrap_or(0);
                (0..count).map(|_| self.read(depth + 1)).collect::<Result<_>>().map(Reply::Array)
            }
            _ => Err(strange("something unknown")),
        }
    }

    fn bulk(&mut self, length: u64) -> Result<Reply> {
        let mut bytes = Vec::new();
        (&mut self.0).take(length + 2).read_to_end(&mut bytes).map_err(lost)?;
        if bytes.len() as u64 != length + 2 {
            return Err(strange("half a value"));
        }
        bytes.truncate(bytes.len() - 2);
        Ok(Reply::Bulk(bytes.into()))
    }
}

fn lost(error: io::Error) -> Error {
    Error::unavailable("talk to the server").with_source(error)
}

fn strange(what: &str) -> Error {
    Error::corrupt(format!("the server answered {what}"))
}
