//! Who is measured: each cache behind one face.

mod background;
mod forebay;
mod kind;
mod moka;
mod null_store;
mod oximedia_behind;
mod oximedia_through;
mod plain_map;
mod quick;
mod subject;

pub(crate) use kind::{Kind, Room};
pub(crate) use subject::Subject;
