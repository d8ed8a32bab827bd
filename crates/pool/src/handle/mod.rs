//! What users have of an object.

mod keepable;

pub(crate) use keepable::{Content, Keepable};
