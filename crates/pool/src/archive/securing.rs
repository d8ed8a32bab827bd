//! Opens what may be moved or removed at the same time.

use std::sync::Arc;

use forebay_store::{Error, Result};

use super::vault::Vault;
use crate::slot::Blob;

impl Vault {
    /// So often it is looked where something is, while somebody moves it.
    const LOOKS: u32 = 16;

    /// The blob that `look` finds, whose file stays: from now on whoever removes that here keeps it open for
    /// the blob, and of an archive that is only read it is open already, unless too many are. If the file is
    /// gone although the archive says that it is there, that is asked anew: somebody was faster.
    pub(super) fn secured(
        &self,
        look: impl Fn() -> Result<Option<Arc<Blob>>>,
    ) -> Result<Option<Arc<Blob>>> {
        let mut before = None;
        for _ in 0..Self::LOOKS {
            let Some(blob) = look()? else { return Ok(None) };
            if self.secure(&blob)? {
                return Ok(Some(blob));
            }
            let place = (self.medium.name(&blob), blob.place.at);
            if before == Some(place) {
                // It was removed before the archive was asked again, which says the same.
                let (archive, key) = (self.files.place(), blob.head.id);
                return Err(Error::corrupt(format!("{archive}: the file of {key} is missing")));
            }
            before = Some(place);
        }
        let archive = self.files.place();
        Err(Error::unavailable(format!("{archive} changes faster than it can be read")))
    }

    /// Whether the file of a blob is there, and stays.
    pub(super) fn secure(&self, blob: &Arc<Blob>) -> Result<bool> {
        let Some(name) = self.medium.name(blob) else { return Ok(false) };
        // Whoever removes it has claimed it, too.
        let _claim = self.claims.take(name.0, name.1);
        if !self.is_owned()
            && let Ok(is_there) = self.medium.hold(name)
        {
            return Ok(is_there);
        }
        self.medium.is_there(blob)
    }
}
