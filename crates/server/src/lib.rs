//! The forebay program: the cache for every language, over the Redis protocol.
//!
//! A library, so that tests and fuzzers reach its parts.

pub mod config;
pub mod record;
pub mod resp;
