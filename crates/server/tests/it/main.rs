//! The program as its users meet it: a process, a socket, bytes.

mod harness;

mod authentication;
mod bounds;
mod client_suite;
mod clients;
mod command_line;
mod configuration;
mod connection_commands;
mod differential;
mod durability;
mod expiry;
mod forebay_commands;
mod info;
mod journal;
mod journaled;
mod keys;
mod malformed;
mod metrics;
mod numbers;
mod pipeline;
mod pool;
mod python;
mod quarantine;
mod redis_benchmark;
mod redis_cli;
mod redis_crate;
mod restart;
mod scan;
mod shutdown;
mod state;
mod store_failures;
mod strings;
mod sweeper;
#[cfg(feature = "tls")]
mod tls;
mod top;
mod transactions;
mod transfer;
mod unix_socket;
mod waiting;
mod write_behind;
