//! `forebay state`: the tools, against states that were made through the facade.

mod command_line;
mod copies;
mod damaged;
mod export;
mod facts;
mod quarantine;
mod rig;
mod shared;
