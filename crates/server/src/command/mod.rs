//! The commands: one file for each family, one table for all.
#![expect(clippy::unnecessary_wraps, reason = "the table holds commands of one signature only")]

mod answer;
mod call;
mod decimal;
mod dispatch;
mod failure;
mod glob;
mod moment;
mod spec;
mod table;

mod client;
mod configuration;
mod connection;
mod documentation;
mod expiry;
mod forebay;
mod getex;
mod hello;
mod info;
mod keys;
mod numbers;
mod object;
mod quarantine;
mod range;
mod scan;
mod server;
mod set;
mod strings;
mod transaction;
mod transfer;
mod wait;

pub(crate) use answer::Answer;
pub(crate) use call::Call;
pub(crate) use dispatch::{find, is_http, run};
pub(crate) use failure::Failure;
pub(crate) use spec::{Access, Spec};
pub(crate) use transaction::rejected;
