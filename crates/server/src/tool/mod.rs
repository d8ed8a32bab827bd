//! `forebay journal`: looking into a journal, and rescuing what is good in one.
//!
//! It knows nothing of what the records mean.

mod command;
mod dump;
mod exit;
mod inspect;
mod json;
mod progress;
mod repair;
mod size;
mod source;
mod verify;

pub(crate) use command::{Task, command, task};
pub(crate) use exit::run;
