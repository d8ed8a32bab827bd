//! An object as bytes: a head that says what follows and is checked, and the payload.

#[cfg(test)]
mod check;
mod checksum;
mod copy;
mod expected;
mod fingerprint;
mod foreign;
mod head;
#[cfg(feature = "lz4")]
mod packed;
mod payload;
mod pen;
mod piece;
mod read_ahead;
mod reader;
mod stream;
mod writer;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use check::{check_blob, read_head};
pub(crate) use checksum::{Checksum, checksum};
pub(crate) use copy::copy_blob;
#[cfg(test)]
pub(crate) use expected::Expected;
pub(crate) use expected::expected;
#[cfg(test)]
pub(crate) use fingerprint::fingerprint;
pub(crate) use foreign::of_medium;
pub use head::HEAD;
pub(crate) use head::Head;
pub(crate) use read_ahead::ReadAhead;
pub(crate) use reader::read_blob;
pub(crate) use writer::{Written, write_blob};
