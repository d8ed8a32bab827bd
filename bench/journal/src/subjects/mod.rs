//! Who is measured: each log or store behind one face.

mod counting;
mod etchdb;
mod fjall;
mod forebay;
mod ideal;
mod kind;
mod lmdb;
mod loader;
mod okaywal;
mod raft_engine;
mod redb;
mod sqlite;
mod subject;

pub(crate) use kind::Kind;
pub(crate) use subject::{Mark, Result, Subject};
