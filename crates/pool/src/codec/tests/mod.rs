//! What codecs promise.

#[cfg(feature = "rkyv")]
mod archives;
#[cfg(feature = "arrow")]
mod arrow;
mod bincodes;
#[cfg(feature = "lz4")]
mod compressed;
#[cfg(feature = "prost")]
mod messages;
mod rig;
mod rows;
mod streams;
