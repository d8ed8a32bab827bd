//! One key there and back again, over a plain TCP socket.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Failure, Result};

/// How long the server may take until it answers, and then for each answer.
const START_LIMIT: Duration = Duration::from_secs(30);
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

const KEY: &str = "greeting";
const VALUE: &str = "hello from the forebay";

/// Sets a key on the server at this port and gets it back. Waits for it to listen for as long as
/// `is_alive` says that there is something to wait for.
pub(super) fn visit(port: u16, is_alive: &mut dyn FnMut() -> bool, out: &mut dyn Write) -> Result {
    let mut client = Client::connect(port, is_alive)?;
    let answer = client.call(&["SET", KEY, VALUE], out)?;
    expect(&answer, "OK")?;
    let answer = client.call(&["GET", KEY], out)?;
    expect(&answer, VALUE)?;
    writeln!(out, "try: the round trip worked")?;
    Ok(out.flush()?)
}

/// Visits the server that the process which started this one has become, and tells how to go on
/// by hand.
pub fn visit_parent(port: u16, out: &mut dyn Write) -> Result {
    let parent = parent();
    visit(port, &mut || self::parent() == parent, out)?;
    writeln!(out, "try: the server keeps running; talk to it with")?;
    writeln!(out, "    redis-cli -p {port} GET {KEY}")?;
    writeln!(out, "    redis-cli -p {port} INFO")?;
    writeln!(out, "try: Ctrl-C stops it, and it reports what it drained")?;
    Ok(out.flush()?)
}

/// Who started this process; somebody else as soon as that one has ended.
#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

#[cfg(not(unix))]
fn parent() -> u32 {
    0
}

fn expect(answer: &str, wanted: &str) -> Result {
    if answer == wanted {
        return Ok(());
    }
    Err(Failure::new(format!("the server answered {answer:?} where {wanted:?} was due")))
}

struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    /// Connects as soon as somebody listens.
    fn connect(port: u16, is_alive: &mut dyn FnMut() -> bool) -> Result<Self> {
        let begun = Instant::now();
        loop {
            match TcpStream::connect(("127.0.0.1", port)) {
                Ok(stream) => {
                    stream
                        .set_read_timeout(Some(ANSWER_LIMIT))
                        .map_err(|error| Failure::to("set up the connection", error))?;
                    return Ok(Self { stream: BufReader::new(stream) });
                }
                Err(_) if !is_alive() => return Err(Failure::new("the server did not start")),
                Err(_) if begun.elapsed() < START_LIMIT => thread::sleep(PAUSE),
                Err(error) => return Err(Failure::to("reach the server", error)),
            }
        }
    }

    /// Sends a command, shows it with its answer, and gives the answer.
    fn call(&mut self, words: &[&str], out: &mut dyn Write) -> Result<String> {
        let what = |error: io::Error| Failure::to(format!("send {}", words[0]), error);
        let begun = Instant::now();
        self.stream.get_mut().write_all(request(words).as_bytes()).map_err(what)?;
        let answer = reply(&mut self.stream).map_err(what)?;
        let took = begun.elapsed().as_micros();
        writeln!(out, "    > {}", typed(words))?;
        writeln!(out, "    {answer}    ({took} us)")?;
        Ok(answer)
    }
}

/// A command as a person would type it.
fn typed(words: &[&str]) -> String {
    let quoted =
        |word: &&str| if word.contains(' ') { format!("{word:?}") } else { (*word).to_owned() };
    words.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

/// A command as the protocol wants it: an array of strings, each with its length.
fn request(words: &[&str]) -> String {
    let mut request = format!("*{}\r\n", words.len());
    for word in words {
        write!(request, "${}\r\n{word}\r\n", word.len()).expect("a string takes what is written");
    }
    request
}

/// The text of a simple answer, an error, or a string.
fn reply(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let line = line.trim_end();
    match line.strip_prefix('$').map(str::parse::<u64>) {
        None if line.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
        None => Ok(line.trim_start_matches('+').to_owned()),
        Some(Err(_)) => Ok("(nil)".to_owned()),
        Some(Ok(length)) => {
            let mut text = String::new();
            stream.take(length + 2).read_to_string(&mut text)?;
            Ok(text.trim_end_matches("\r\n").to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_sent_as_the_protocol_wants_it() {
        assert_eq!(request(&["GET", "key"]), "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n");
    }

    #[test]
    fn each_kind_of_answer_is_read() {
        let read = |bytes: &str| reply(&mut bytes.as_bytes());
        assert_eq!(read("+OK\r\n").unwrap(), "OK");
        assert_eq!(read("$5\r\nhello\r\n").unwrap(), "hello");
        assert_eq!(read("$-1\r\n").unwrap(), "(nil)");
        assert_eq!(read("-ERR no\r\n").unwrap(), "-ERR no");
        assert_eq!(read("").unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn a_wrong_answer_fails_the_visit() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(b"-ERR out of order\r\n").unwrap();
            stream
        });
        let failure = visit(port, &mut || true, &mut Vec::new()).unwrap_err().to_string();
        assert!(failure.contains("-ERR out of order"), "{failure}");
        drop(server.join());
    }

    #[test]
    fn a_server_that_is_gone_is_not_waited_for() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let failure = visit(port, &mut || false, &mut Vec::new()).unwrap_err().to_string();
        assert_eq!(failure, "the server did not start");
    }
}
