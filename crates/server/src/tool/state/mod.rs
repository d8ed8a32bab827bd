//! `forebay state`: looking into a state, copying it, and exporting it, without its types.

mod checkpoint;
mod command;
mod end;
mod export;
mod import;
mod inspect;
mod purge;
mod quarantine;
mod restore;
mod source;
mod verify;

pub(crate) use command::{Task, command, task};
pub(crate) use end::run;
