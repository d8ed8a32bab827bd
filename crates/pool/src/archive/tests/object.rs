//! An object that is kept, as an archive sees it.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Error, Op, Result};

use super::world::{World, blob_of};
use crate::archive::Item;
use crate::blob::{expected, write_blob};
use crate::handle::{Content, Keepable};
use crate::key::Key;
use crate::slot::Blob;

/// An object of bytes, in memory or spilled.
pub(crate) struct Fake {
    key: Mutex<Key>,
    /// It is changed, and has this key, when its content is asked for: it was lent until then.
    next_key: Mutex<Option<Key>>,
    bytes: Vec<u8>,
    blob: Mutex<Option<Arc<Blob>>>,
    /// Its value is in memory, although it may have a blob.
    distrusted: Mutex<u32>,
    is_refused: Mutex<bool>,
}

impl Fake {
    pub(crate) fn new(key: Key, bytes: Vec<u8>) -> Arc<Self> {
        let (blob, distrusted, is_refused) = (Mutex::new(None), Mutex::new(0), Mutex::new(false));
        let (key, next_key) = (Mutex::new(key), Mutex::new(None));
        Arc::new(Self { key, next_key, bytes, blob, distrusted, is_refused })
    }

    pub(crate) fn id(&self) -> Key {
        *self.key.lock()
    }

    /// Somebody has it lent, and will have changed it when its content is there.
    pub(crate) fn will_change(&self, key: Key) {
        *self.next_key.lock() = Some(key);
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// It has a blob in the spill from now on.
    pub(crate) fn spill(&self, world: &World) -> Result<()> {
        let medium = Arc::clone(&world.spill);
        *self.blob.lock() = Some(blob_of(world, medium, self)?);
        Ok(())
    }

    pub(crate) fn blob(&self) -> Option<Arc<Blob>> {
        self.blob.lock().clone()
    }

    /// How often its blob was distrusted.
    pub(crate) fn distrusted(&self) -> u32 {
        *self.distrusted.lock()
    }

    /// Its codec refuses it from now on.
    pub(crate) fn refuse(&self) {
        *self.is_refused.lock() = true;
    }
}

impl Keepable for Fake {
    fn key(&self) -> Key {
        self.id()
    }

    fn type_name(&self) -> &'static str {
        "u8"
    }

    fn fingerprint(&self) -> u64 {
        expected::<Vec<u8>>(None).fingerprint
    }

    fn kept(&self) -> Op<Content> {
        if *self.is_refused.lock() {
            return Op::failed(Error::refused("the codec refuses it"));
        }
        if let Some(key) = self.next_key.lock().take() {
            *self.key.lock() = key;
        }
        if let Some(blob) = self.blob() {
            return Op::ready(Content::Spilled(blob));
        }
        let (key, bytes) = (self.id(), self.bytes.clone());
        let weight = bytes.len() as u64;
        let write = move |to: &dyn crate::medium::Medium, scratch: &mut crate::lanes::Scratch| {
            write_blob(to, key, &bytes, weight, scratch)
        };
        Op::ready(Content::Value { key, weight, write: Box::new(write) })
    }

    fn adopt(&self, key: Key, blob: Arc<Blob>) {
        if key == self.id() {
            self.blob.lock().get_or_insert(blob);
        }
    }

    fn distrust(&self, key: Key, instead: Option<Arc<Blob>>) {
        assert_eq!(key, self.id());
        *self.distrusted.lock() += 1;
        *self.blob.lock() = instead;
    }
}

impl From<&Arc<Fake>> for Item {
    fn from(fake: &Arc<Fake>) -> Self {
        Self::of(Arc::clone(fake) as Arc<dyn Keepable>)
    }
}
