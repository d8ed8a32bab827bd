//! What codecs promise.

#[cfg(feature = "rkyv")]
mod archives;
#[cfg(feature = "arrow")]
mod arrow;
#[cfg(feature = "prost")]
mod messages;
mod rig;
mod rows;
mod streams;
