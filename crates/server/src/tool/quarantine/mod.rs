//! `forebay quarantine`: what the store of a server refused, while the server runs or when it is stopped.

mod command;
mod entry;
mod room;
mod running;
mod stopped;

pub(crate) use command::{Task, command, run, task};
