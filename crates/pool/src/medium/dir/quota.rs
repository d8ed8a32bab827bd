//! How much a directory may take.

use forebay_journal::disk::Directory;
use forebay_store::{ByteSize, Result};

use super::failure::failed;

/// How much a directory may take, counted in blocks of 4 KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota(Bound);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    Bytes(u64),
    OfFree { tenths: u64 },
    None,
}

impl Quota {
    /// So many bytes.
    pub const fn bytes(bytes: ByteSize) -> Self {
        Self(Bound::Bytes(bytes.as_bytes()))
    }

    /// No bound but what the file system has.
    pub const fn unbounded() -> Self {
        Self(Bound::None)
    }

    /// In bytes, as things are now; `None` is no bound.
    pub(super) fn now(self, root: &dyn Directory) -> Result<Option<u64>> {
        match self.0 {
            Bound::None => Ok(None),
            Bound::Bytes(bytes) => Ok(Some(bytes)),
            Bound::OfFree { tenths } => {
                let free = root.free_bytes();
                let free = free.map_err(|error| failed("ask", &root.describe(), error))?;
                Ok(free.map(|free| free / 10 * tenths))
            }
        }
    }
}

/// Nine tenths of what is free when the medium is opened; no bound where that cannot be found out.
impl Default for Quota {
    fn default() -> Self {
        Self(Bound::OfFree { tenths: 9 })
    }
}
