//! Who is asked.

mod forebay;
mod foyer;
mod kind;
mod lru;
mod moka;
mod quick;
mod subject;

pub(crate) use kind::Kind;
