//! The forebay program: the cache for every language, over the Redis protocol.
//!
//! A library, so that tests and fuzzers reach its parts; the program is [`run`].

mod cli;
mod clients;
mod command;
pub mod config;
mod connection;
mod cursors;
mod draft;
mod drain;
mod input;
mod keyspace;
mod listener;
mod metrics;
pub mod octets;
mod open;
mod output;
mod pipeline;
mod program;
pub mod record;
mod report;
pub mod resp;
mod server;
mod session;
mod signals;
mod socket;
mod statistics;
mod sweeper;
mod tls;
mod tool;
mod transaction;
mod wakes;

pub use program::run;
