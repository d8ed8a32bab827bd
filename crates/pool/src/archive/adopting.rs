//! Gives an object that had no blob the one that was written into the archive.

use super::medium::Name;
use super::vault::Vault;
use crate::blob::Head;
use crate::handle::Keepable;

impl Vault {
    /// The object's slot has the archive's blob from now on, so that it need not be spilled. Its file stays
    /// open, so that removing the archive's files costs no object; if too many are open nothing is adopted.
    pub(super) fn adopt(&self, object: &dyn Keepable, name: Name, at: u64, head: Head) {
        if !self.settings.adopts {
            return;
        }
        let blob = self.blob(name.0, name.1, at, head);
        // It may have been deleted since it got its name.
        if self.medium.hold(name).is_ok_and(|is_held| is_held) {
            object.adopt(head.id, blob);
        }
    }
}
