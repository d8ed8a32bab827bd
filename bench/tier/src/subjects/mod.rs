//! Who is measured.

mod by_hand;
mod forebay;
mod foyer;
mod kind;
mod listed;
mod moka;
mod null_store;
mod plain_map;
mod quick;
mod subject;

pub(crate) use by_hand::ByHand;
pub(crate) use forebay::Forebay;
pub(crate) use kind::Kind;
pub(crate) use subject::{Room, Subject};
