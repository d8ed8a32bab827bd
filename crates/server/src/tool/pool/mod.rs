//! `forebay pool`: looking into the archives of pools, and filling them from elsewhere.

mod command;
mod end;
mod gc;
mod import;
mod list;
mod stats;
mod verify;

pub(crate) use command::{Task, command, task};
pub(crate) use end::run;
