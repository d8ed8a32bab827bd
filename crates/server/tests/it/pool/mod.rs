//! `forebay pool`: the tool, against an archive of version 1.

mod archive;
mod command_line;
mod import;
mod rig;
