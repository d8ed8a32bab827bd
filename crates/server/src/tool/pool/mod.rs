//! `forebay pool`: looking into the archives of pools.

mod command;
mod end;
mod gc;
mod list;
mod stats;
mod verify;

pub(crate) use command::{Task, command, task};
pub(crate) use end::run;
