//! The forebay program: the cache for every language, over the Redis protocol.

use std::process::ExitCode;

fn main() -> ExitCode {
    forebay_server::run(std::env::args_os(), std::env::vars_os())
}
