//! The real Redis, side by side: the same bytes in, the same bytes out.

mod dice;
mod wrong;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;

use tempfile::TempDir;

use crate::harness::{Program, Redis, Wire, encode};
use dice::{Dice, words};
use wrong::WRONG;

struct Pair {
    program: Program,
    redis: Redis,
    ours: Wire<TcpStream>,
    theirs: Wire<UnixStream>,
    _folder: TempDir,
}

impl Pair {
    fn new(mode: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = match mode {
            "synced" => format!("dir:{}", folder.path().join("store").display()),
            _ => "memory:".into(),
        };
        let how = if mode == "synced" { "--durability" } else { "--write" };
        let program = Program::start(&[
            "--store",
            &store,
            how,
            mode,
            "--value-bytes",
            "512mib",
            "--command-bytes",
            "1gib",
            "--input-bytes",
            "2gib",
        ]);
        let redis = Redis::start();
        let (ours, theirs) = (program.connect(), redis.connect());
        Self { program, redis, ours, theirs, _folder: folder }
    }

    /// The same commands for both, in one pipeline.
    fn compare(&mut self, commands: &[Vec<Vec<u8>>], context: &str) {
        let parts =
            |command: &[Vec<u8>]| encode(&command.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let bytes: Vec<u8> = commands.iter().flat_map(|command| parts(command)).collect();
        self.ours.send(&bytes);
        self.theirs.send(&bytes);
        for command in commands {
            let shown: Vec<_> =
                command.iter().map(|part| part.escape_ascii().to_string()).collect();
            let (ours, theirs) = (self.ours.reply_bytes(), self.theirs.reply_bytes());
            assert_eq!(
                ours.escape_ascii().to_string(),
                theirs.escape_ascii().to_string(),
                "ours and theirs for {shown:?}; {context}"
            );
        }
    }
}

/// Transactions at random, and another client who writes between the commands of the first.
fn random_transactions(mode: &str, protocol: u8, seeds: std::ops::Range<u64>) {
    let mut pair = Pair::new(mode);
    let hello = format!("HELLO {protocol}");
    pair.ours.ask(&hello);
    pair.theirs.ask(&hello);
    let (mut our_other, mut their_other) = (pair.program.connect(), pair.redis.connect());
    for seed in seeds {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        pair.compare(&[words("DISCARD"), words("UNWATCH"), words("FLUSHALL")], "");
        for round in 0..8 {
            let commands: Vec<_> = (0..=dice.roll(12)).map(|_| dice.transaction()).collect();
            pair.compare(&commands, &format!("seed {seed}, {mode}"));
            // Never the same value again: then Redis takes a watched key for changed, and we do not.
            let write = format!("SET {} {seed}.{round}", ["a", "b", "c", "d"][dice.roll(4)]);
            our_other.ask(&write);
            their_other.ask(&write);
        }
    }
}

#[test]
fn random_transactions_are_answered_as_by_redis() {
    random_transactions("behind", 2, 0..200);
    random_transactions("through", 3, 1000..1100);
    random_transactions("synced", 2, 2000..2010);
}

fn random_sequences(mode: &str, protocol: u8, seeds: std::ops::Range<u64>) {
    let mut pair = Pair::new(mode);
    // The greetings differ, because each says who it is.
    let hello = format!("HELLO {protocol}");
    pair.ours.ask(&hello);
    pair.theirs.ask(&hello);
    for seed in seeds {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        pair.compare(&[words("FLUSHALL")], "");
        for _ in 0..8 {
            let commands: Vec<_> = (0..=dice.roll(12)).map(|_| dice.command()).collect();
            pair.compare(&commands, &format!("seed {seed}, {mode}"));
        }
    }
}

#[test]
fn random_commands_written_through_are_answered_as_by_redis() {
    random_sequences("through", 2, 0..300);
}

#[test]
fn random_commands_written_behind_are_answered_as_by_redis() {
    random_sequences("behind", 2, 1000..1300);
}

#[test]
fn random_commands_written_to_the_journal_are_answered_as_by_redis() {
    random_sequences("synced", 2, 3000..3020);
}

#[test]
fn random_commands_in_the_newer_protocol_are_answered_as_by_redis() {
    random_sequences("through", 3, 2000..2100);
}

#[test]
fn what_is_wrong_is_answered_as_by_redis() {
    let mut pair = Pair::new("through");
    let large = "x".repeat(300);
    let large = format!("{large} {large} {large}");
    let commands = WRONG.iter().copied().chain([large.as_str()]);
    let mut commands: Vec<_> = commands.map(words).collect();
    commands.push(vec![b"no\0pe".to_vec(), b"a\0b".to_vec(), b"\r\n\xc3\xbc".to_vec()]);
    commands.push(vec![b"client".to_vec(), b"setname".to_vec(), b"a b".to_vec()]);
    commands.push(vec![b"".to_vec()]);
    for command in commands {
        pair.compare(&[command], "");
    }
}

#[test]
fn malformed_input_is_answered_as_by_redis() {
    let pair = Pair::new("through");
    let everything = |stream: &mut dyn ReadWrite, input: &[u8]| {
        stream.write_all(input).expect("sent");
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        all.escape_ascii().to_string()
    };
    let long_line = "x".repeat(70_000);
    let inputs = [
        "*x\r\n",
        "*\r\n",
        "*01\r\n",
        "* 1\r\n",
        "*1\r\n:1\r\n",
        "*1\r\n\r\n",
        "*1\r\n$\r\n",
        "*1\r\n$x\r\n",
        "*1\r\n$-1\r\n",
        "*1\r\n$9999999999\r\n",
        "*99999999999\r\n",
        "set a \"b\r\n",
        "set a 'b\r\n",
        "ping \"a\"b\r\n",
        "PING\r\n\r\n*0\r\n*-1\r\nPING \"a\\x41\\n\" \r\necho 'it\\'s'\r\nquit\r\n",
        "POST / HTTP/1.1\r\n",
        &long_line,
    ];
    for input in inputs {
        let ours = everything(&mut pair.program.socket(), input.as_bytes());
        let theirs = everything(&mut pair.redis.socket(), input.as_bytes());
        let shown: String = input.chars().take(60).collect();
        assert_eq!(ours, theirs, "ours and theirs for {shown:?}");
    }
}

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}
