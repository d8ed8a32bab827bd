//! `forebay journal`, `forebay state`, `forebay pool` and `forebay quarantine`: looking into a journal, a state,
//! an archive or what a store refused, and rescuing what is in one; and `forebay top`, for a server that runs.
//!
//! The state's are in `state/`, the archive's in `pool/`, the quarantine's in `quarantine/`, the screen in `top/`; what is here is the journal's, and what all have.
//! What the records of a cache mean is in `cache_record` and `unstored`; the rest knows nothing of it.

mod cache_record;
mod command;
mod dump;
mod exit;
mod inspect;
mod json;
mod pool;
mod progress;
mod quarantine;
mod repair;
mod replay;
mod shared;
mod shown;
mod size;
mod source;
mod state;
mod top;
mod unstored;
mod verify;
mod wire;

pub(crate) use command::{Task, command, task};
pub(crate) use exit::run;
pub(crate) use pool::{
    Task as PoolTask, command as pool_command, run as run_pool, task as pool_task,
};
pub(crate) use quarantine::{
    Task as QuarantineTask, command as quarantine_command, run as run_quarantine,
    task as quarantine_task,
};
pub(crate) use state::{
    Task as StateTask, command as state_command, run as run_state, task as state_task,
};
pub(crate) use top::{Task as TopTask, command as top_command, run as run_top, task as top_task};
pub(crate) use verify::torn;
