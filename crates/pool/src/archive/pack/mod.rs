//! A pack: many small blobs in one file.

mod head;
mod pen;
mod reader;

pub(crate) use head::PackHead;
pub(crate) use pen::PackPen;
pub(crate) use reader::{Payloads, check_payload, walk};
