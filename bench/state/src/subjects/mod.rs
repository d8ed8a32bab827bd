//! Who is measured.

mod disk;
mod etchdb;
mod forebay;
mod kind;
mod locked_map;
mod shop;
mod subject;

pub(crate) use kind::Kind;
pub(crate) use subject::{Result, Subject};
