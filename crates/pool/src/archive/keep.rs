//! Keeps one object.

use std::iter;
use std::sync::Arc;

use forebay_store::{Error, Result};

use super::crew::side_by_side;
use super::item::Item;
use super::part::Part;
use super::placing::Placed;
use super::vault::Vault;
use crate::budget::native;
use crate::key::Key;
use crate::lanes::Lane;

impl Vault {
    /// Keeps an object, and says under which key: it may have been lent and changed. When this is answered it is durable (G1), and so is its name.
    pub(super) fn keep(self: &Arc<Self>, item: &Item) -> Result<Key> {
        let _keeping = self.keeping.read();
        self.check_writable()?;
        let object = item.object();
        self.check_ours(item)?;
        let placed = self.place_in_lane(item)?;
        // Also for what was there already: that it is there does not say that it is durable.
        self.files.folder(Part::Kept).make_durable()?;
        let key = placed.head().id;
        if let Placed::New(head) = placed {
            self.adopt(object, (Part::Kept, key), 0, head);
        }
        Ok(key)
    }

    /// Whoever waits for it does it himself, if the lane has a place.
    fn place_in_lane(self: &Arc<Self>, item: &Item) -> Result<Placed> {
        if let Some(_permit) = self.pool.lanes.enter(Lane::Write) {
            return native(|| self.place(Part::Kept, item.object(), 0));
        }
        let (vault, item) = (Arc::clone(self), item.clone());
        let work = move || vault.place(Part::Kept, item.object(), 0);
        let mut placed = side_by_side(&self.pool.lanes, 1, iter::once(work))?;
        placed.pop().ok_or_else(|| Error::unavailable("nothing was kept"))
    }
}
