//! Handles as an archive sees them.

use std::sync::Arc;

use forebay_store::Op;

use super::keepable::{Content, Keepable};
use super::object_handle::Handle;
use crate::archive::Item;
use crate::blob::expected;
use crate::inner::Inner;
use crate::key::Key;
use crate::object::Object;
use crate::slot::Blob;

impl<T: Object> Handle<T> {
    /// The object, for an archive: one more handle, whose type is forgotten.
    pub fn item(&self) -> Item {
        Item::of(Arc::new(self.clone()))
    }
}

impl<T: Object> Keepable for Handle<T> {
    fn key(&self) -> Key {
        self.slot.key()
    }

    fn type_name(&self) -> &'static str {
        T::NAME
    }

    fn fingerprint(&self) -> u64 {
        expected::<T>(None).fingerprint
    }

    fn is_of(&self, pool: &Arc<Inner>) -> bool {
        Arc::ptr_eq(&self.slot.pool, pool)
    }

    fn kept(&self) -> Op<Content> {
        self.slot.content()
    }

    fn adopt(&self, key: Key, blob: Arc<Blob>) {
        self.slot.adopt(key, blob);
    }

    fn distrust(&self, key: Key, instead: Option<Arc<Blob>>) {
        self.slot.distrust(key, instead);
    }

    fn may_be_kept(&self, key: Key) -> bool {
        self.slot.pool.known.has(key)
    }

    fn remember(&self, key: Key) {
        self.slot.pool.known.remember(&self.slot, key);
    }
}
