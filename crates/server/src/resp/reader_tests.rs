//! What the reader promises.

use super::*;

type Command = Vec<Vec<u8>>;

fn feed(reader: &mut Reader, bytes: &[u8]) -> Result<Vec<Command>, ProtocolError> {
    reader.buffer().extend_from_slice(bytes);
    let mut commands = Vec::new();
    while let Some(request) = reader.request()? {
        commands.push(request.iter_from(0).map(<[u8]>::to_vec).collect());
    }
    Ok(commands)
}

fn read(bytes: &[u8]) -> Result<Vec<Command>, ProtocolError> {
    feed(&mut Reader::new(Limits::default()), bytes)
}

fn command(parts: &[&str]) -> Command {
    parts.iter().map(|part| part.as_bytes().to_vec()).collect()
}

const MIXED: &[u8] =
    b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\nPING \"a b\"\r\n\r\n*0\r\n*-1\r\n*1\r\n$0\r\n\r\nping\n";

fn mixed() -> Vec<Command> {
    vec![command(&["GET", "k"]), command(&["PING", "a b"]), command(&[""]), command(&["ping"])]
}

#[test]
fn a_pipeline_of_all_forms_is_read() {
    assert_eq!(read(MIXED), Ok(mixed()));
}

#[test]
fn how_the_bytes_are_cut_makes_no_difference() {
    for size in 1..MIXED.len() {
        let mut reader = Reader::new(Limits::default());
        let read: Vec<_> =
            MIXED.chunks(size).flat_map(|chunk| feed(&mut reader, chunk).unwrap()).collect();
        assert_eq!(read, mixed(), "chunks of {size}");
    }
}

#[test]
fn arguments_are_any_bytes() {
    assert_eq!(read(b"*1\r\n$6\r\n\r\n\0\xff$1\r\n"), Ok(vec![vec![b"\r\n\0\xff$1".to_vec()]]));
}

#[test]
fn malformed_input_is_an_error() {
    use ProtocolError::{ExpectedBulk, ExpectedEnd, InvalidCount, InvalidLength};
    let cases: [(&[u8], ProtocolError); 13] = [
        (b"*a\r\n", InvalidCount),
        (b"*\r\n", InvalidCount),
        (b"* 1\r\n", InvalidCount),
        (b"*99999999999\r\n", InvalidCount),
        (b"*1\r\n:1\r\n", ExpectedBulk(b':')),
        (b"*1\r\n*1\r\n", ExpectedBulk(b'*')),
        (b"*1\r\n$-1\r\n", InvalidLength),
        (b"*1\r\n$x\r\n", InvalidLength),
        (b"*1\r\n$9223372036854775807\r\n", InvalidLength),
        (b"*1\r\n$99999999999999999999\r\n", InvalidLength),
        (b"*1\r\n$1\r\nabc\r\n", ExpectedEnd),
        (b"*1\rx", ExpectedEnd),
        (b"get \"a\r\n", ProtocolError::UnbalancedQuotes),
    ];
    for (bytes, error) in cases {
        assert_eq!(read(bytes), Err(error), "{:?}", bytes.escape_ascii().to_string());
    }
}

#[test]
fn input_without_end_is_an_error_before_it_is_large() {
    let endless = |prefix: &[u8], error| {
        let mut reader = Reader::new(Limits::default());
        let mut outcome = feed(&mut reader, prefix);
        let mut fed = 0;
        while outcome.is_ok() && fed < 1 << 20 {
            outcome = feed(&mut reader, &[b'1'; 1000]);
            fed += 1000;
        }
        assert_eq!(outcome, Err(error));
        assert!(fed < 70_000, "noticed after {fed}");
    };
    endless(b"GET ", ProtocolError::InlineTooBig);
    endless(b"*", ProtocolError::CountTooBig);
    endless(b"*1\r\n$", ProtocolError::LengthTooBig);
}

#[test]
fn no_memory_is_taken_for_a_length_that_was_only_announced() {
    let mut reader = Reader::new(Limits::default());
    assert_eq!(feed(&mut reader, b"*100000\r\n$16000000\r\nabc"), Ok(vec![]));
    assert!(reader.buffer().capacity() <= 4 * Reader::CHUNK);
    assert!(reader.spans.capacity() < 16);
}

#[test]
fn a_command_is_within_its_bounds() {
    let limits = Limits {
        arguments_max: 4,
        argument_bytes_max: 10,
        command_bytes_max: 40,
        ..Limits::default()
    };
    let read = |bytes: &[u8]| feed(&mut Reader::new(limits), bytes);
    assert_eq!(read(b"*5\r\n"), Err(ProtocolError::InvalidCount));
    assert_eq!(read(b"*1\r\n$11\r\n"), Err(ProtocolError::InvalidLength));
    let twice = b"*4\r\n$10\r\n0123456789\r\n$10\r\n0123456789\r\n$10\r\n";
    assert_eq!(read(twice), Err(ProtocolError::CommandTooBig));
}

#[test]
fn a_stranger_may_send_little() {
    let limits = Limits { trusted: false, ..Limits::default() };
    let mut reader = Reader::new(limits);
    assert_eq!(feed(&mut reader, b"*11\r\n"), Err(ProtocolError::StrangerCount));
    let mut reader = Reader::new(limits);
    assert_eq!(feed(&mut reader, b"*1\r\n$16385\r\n"), Err(ProtocolError::StrangerLength));
    let mut reader = Reader::new(limits);
    reader.set_trusted(true);
    assert_eq!(feed(&mut reader, b"*11\r\n"), Ok(vec![]));
}

#[test]
fn a_large_buffer_is_given_back() {
    let mut reader = Reader::new(Limits::default());
    let mut bytes = b"*1\r\n$1000000\r\n".to_vec();
    bytes.resize(bytes.len() + 1_000_000, b'x');
    bytes.extend_from_slice(b"\r\n");
    for chunk in bytes.chunks(10_000) {
        feed(&mut reader, chunk).unwrap();
    }
    assert!(reader.capacity() >= 1_000_000);
    assert!(reader.buffer().capacity() <= 4 * Reader::CHUNK);
}

#[test]
fn what_a_large_command_took_is_given_back_although_the_next_one_has_begun() {
    let mut reader = Reader::new(Limits::default());
    let large = format!("*1\r\n$1000000\r\n{}\r\n*1", "x".repeat(1_000_000));
    reader.buffer().extend_from_slice(large.as_bytes());
    assert!(reader.capacity() >= 1_000_000);
    assert!(reader.request().unwrap().is_some());
    assert!(reader.request().unwrap().is_none());
    let buffer = reader.buffer();
    assert_eq!(&buffer[..], b"*1");
    // All of its memory is in its capacity: none lies before what is left.
    assert!(!buffer.try_reclaim(64 * 1024));
    assert!(reader.capacity() < 64 * 1024);
}

#[test]
fn many_small_arguments_are_counted() {
    let mut reader = Reader::new(Limits::default());
    let many = format!("*100001\r\n{}", "$0\r\n\r\n".repeat(100_000));
    reader.buffer().extend_from_slice(many.as_bytes());
    assert!(reader.request().unwrap().is_none());
    assert!(reader.capacity() > many.len() + 100_000 * size_of::<Range<usize>>());
}
