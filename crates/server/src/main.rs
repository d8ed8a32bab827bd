//! The forebay program: the cache for every language, over the Redis protocol.

fn main() {}
