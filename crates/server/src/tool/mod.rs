//! `forebay journal` and `forebay state`: looking into a journal or a state, and rescuing what is in one.
//!
//! The state's are in `state/`; what is here is the journal's, and what both have.
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
mod shared;
mod shown;
mod size;
mod source;
mod state;
mod unstored;
mod verify;

pub(crate) use command::{Task, command, task};
pub(crate) use exit::run;
pub(crate) use state::{
    Task as StateTask, command as state_command, run as run_state, task as state_task,
};
pub(crate) use verify::torn;
