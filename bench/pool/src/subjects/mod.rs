//! Who is measured.

mod cacache;
mod counted;
mod durable;
mod file_backed;
mod files;
mod forebay;
mod foyer;
mod kind;
mod limits;
mod mapped;
pub(crate) mod peak;
mod slow;
mod spilled;
mod subject;

pub(crate) use kind::Kind;
pub(crate) use subject::{Durable, Hits, Result, Slow, Spilled, Stores};
