//! Who is measured.

mod cacache;
mod file_backed;
mod files;
mod forebay;
mod kind;
mod limits;
mod slots;
mod subject;

pub(crate) use kind::Kind;
pub(crate) use subject::{Hits, Result, Stores};
