//! Keeps one object.

use forebay_store::Result;

use super::item::Item;
use super::part::Part;
use super::placing::Placed;
use super::vault::Vault;
use crate::key::Key;

impl Vault {
    /// Keeps an object. When this is answered it is durable (G1), and so is its name.
    pub(super) fn keep(&self, item: &Item) -> Result<Key> {
        self.check_writable()?;
        let object = item.object();
        let key = object.key();
        let placed = self.place(Part::Kept, object, 0)?;
        // Also for what was there already: that it is there does not say that it is durable.
        self.files.folder(Part::Kept).make_durable()?;
        if let Placed::New(head) = placed {
            self.adopt(object, (Part::Kept, key), 0, head);
        }
        object.remember();
        Ok(key)
    }
}
