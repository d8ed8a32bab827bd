//! A reading of a blob.

use std::sync::Arc;

use forebay_store::{Error, Result};

use super::open_file::OpenFile;
use crate::medium::{Place, Reading};

/// A reading of a blob. It sees nothing of what is beside it in its file.
pub(super) struct Opened {
    file: Arc<OpenFile>,
    place: Place,
}

impl Opened {
    pub(super) fn of(file: Arc<OpenFile>, place: Place) -> Self {
        Self { file, place }
    }
}

impl Reading for Opened {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()> {
        let length = self.place.length;
        let end = at.checked_add(into.len() as u64);
        if end.is_none_or(|end| end > length) {
            let wanted = into.len();
            let message = format!("a blob of {length} bytes has no {wanted} bytes at {at}");
            return Err(Error::corrupt(message));
        }
        self.file.read(into, self.place.at + at)
    }
}
