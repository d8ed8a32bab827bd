//! `forebay journal`: looking into a journal, and rescuing what is in one.
//!
//! What the records of a cache mean is in `cache_record` and `unstored`; the rest knows nothing of it.

mod cache_record;
mod command;
mod dump;
mod exit;
mod inspect;
mod json;
mod progress;
mod repair;
mod replay;
mod shown;
mod size;
mod source;
mod unstored;
mod verify;

pub(crate) use command::{Task, command, task};
pub(crate) use exit::run;
pub(crate) use verify::torn;
