//! The cache's part of a journal: what it writes there, and what is left unstored in one.
//!
//! [`Record`] is the format; [`Fold`] reads records to what is not stored. Both are public for
//! tools that read a cache's journal without the application's types.

mod coder;
mod fold;
mod growth;
mod log;
mod pen;
mod place;
mod record;

pub(crate) use coder::Coder;
pub use fold::{Fold, Unstored};
pub(crate) use growth::{Begun, Growth, Live, Standing};
pub(crate) use log::Log;
pub(crate) use pen::{Mark, Pen};
pub(crate) use place::JournalPlace;
pub(crate) use record::encode_write;
pub use record::{Id, LABEL, Record};
