//! The table of settings: the one place where they are named.

mod clients;
mod groups;
mod house;
mod listening;
mod row;
mod storing;
mod writing;

pub(super) use groups::find;
pub use groups::{CONFIG_ENVIRONMENT, ENVIRONMENT_PREFIX, GROUPS, Group, settings};
