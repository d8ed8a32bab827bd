//! The Redis protocol, versions 2 and 3: commands in, replies out.
//!
//! The reader is incremental over a bounded buffer: it looks at every byte once, however the
//! bytes are cut into chunks, and it believes no claimed length before the bytes have arrived.

mod inline;
mod integer;
mod limits;
mod protocol_error;
mod reader;
mod reply;
mod request;
mod writer;

pub use integer::parse_integer;
pub use limits::Limits;
pub use protocol_error::ProtocolError;
pub use reader::Reader;
pub use reply::Reply;
pub use request::{KeptRequest, Request};
pub use writer::{Protocol, Writer};
