//! Makes room: writes ahead, evicts, and says who is in the way.

mod presser;

pub(crate) use presser::Presser;
