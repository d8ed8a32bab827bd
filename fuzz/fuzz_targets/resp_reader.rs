//! The reader of the Redis protocol: it never panics, its buffer stays bounded, and how the bytes
//! are cut into chunks makes no difference.
#![no_main]

use forebay_server::resp::{Limits, ProtocolError, Reader};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits {
    inline_bytes_max: 300,
    arguments_max: 20,
    argument_bytes_max: 500,
    command_bytes_max: 2000,
    trusted: true,
};

type Commands = Vec<Vec<Vec<u8>>>;

fn read<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> (Commands, Option<ProtocolError>) {
    let mut reader = Reader::new(LIMITS);
    let mut commands = Vec::new();
    for chunk in chunks {
        reader.buffer().extend_from_slice(chunk);
        loop {
            match reader.request() {
                Ok(Some(request)) => {
                    assert!(request.len() >= 1);
                    commands.push(request.iter_from(0).map(<[u8]>::to_vec).collect());
                }
                Ok(None) => break,
                Err(error) => return (commands, Some(error)),
            }
        }
        assert!(reader.capacity() <= 4 * (Reader::CHUNK + LIMITS.command_bytes_max + chunk.len()));
    }
    (commands, None)
}

fuzz_target!(|input: (u8, &[u8])| {
    let (size, bytes) = input;
    let whole = read(std::iter::once(bytes));
    let cut = read(bytes.chunks(usize::from(size).max(1)));
    assert_eq!(whole, cut);
    for argument in whole.0.iter().flatten() {
        assert!(argument.len() <= LIMITS.argument_bytes_max);
    }
});
