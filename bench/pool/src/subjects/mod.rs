//! Who is measured.

mod cacache;
mod durable;
mod file_backed;
mod files;
mod forebay;
mod kind;
mod limits;
mod subject;

pub(crate) use kind::Kind;
pub(crate) use subject::{Durable, Hits, Result, Stores};
