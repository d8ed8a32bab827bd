//! Who is measured.

mod disk;
mod durable;
mod etchdb;
mod floor;
mod forebay;
mod kind;
mod limit;
mod locked_map;
mod shop;
mod subject;

pub(crate) use durable::Durable;
pub(crate) use etchdb::six::{State as EtchdbState, put_texts};
pub(crate) use kind::Kind;
pub(crate) use shop::Shop;
pub(crate) use subject::{Result, Subject};
