//! `forebay journal`: the tools, against journals that were made through the API.

mod cache;
mod command_line;
mod dump;
mod inspect;
mod owned;
mod repair;
pub(crate) mod rig;
mod second;
mod torn;
mod verify;
