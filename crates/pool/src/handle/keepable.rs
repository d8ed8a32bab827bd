//! An object as an archive sees it, whatever its type.

use std::sync::Arc;

use forebay_store::{Op, Result};

use crate::blob::Written;
use crate::inner::Inner;
use crate::key::Key;
use crate::lanes::Scratch;
use crate::medium::Medium;
use crate::slot::Blob;

/// An object as an archive sees it, whatever its type.
pub(crate) trait Keepable: Send + Sync {
    fn key(&self) -> Key;
    fn type_name(&self) -> &'static str;
    fn fingerprint(&self) -> u64;

    /// Whether it is an object of this pool.
    fn is_of(&self, _pool: &Arc<Inner>) -> bool {
        true
    }

    /// Its content now. It is asked for when its lane takes it; it waits (with the pool's patience) for
    /// a lent value, or a load of it, to end, and never loads what is spilled. Whoever had it lent may
    /// have changed it: what counts is the content's own key.
    fn kept(&self) -> Op<Content>;

    /// The version with this key has a blob now. It does nothing if there is one, or the key is another.
    fn adopt(&self, key: Key, blob: Arc<Blob>);

    /// The file of this version's blob has failed a sync: what reads show of it may be lost any time. It
    /// gets the blob `instead`, or none if its value is in memory.
    fn distrust(&self, _key: Key, _instead: Option<Arc<Blob>>) {}

    /// Whether it may be in an archive under this key. `false`: nobody of this pool knows it from one, and what may be
    /// there all the same, because nobody can say how its writing ended, may be written once more.
    fn may_be_kept(&self, _key: Key) -> bool {
        true
    }

    /// It is in an archive under this key: who opens that there, while it has it still, gets this object.
    fn remember(&self, _key: Key) {}
}

/// The content of an object.
pub(crate) enum Content {
    Spilled(Arc<Blob>),
    /// Writes it from memory under this key, and what it weighs.
    Value {
        key: Key,
        weight: u64,
        write: WriteOut,
    },
}

impl Content {
    /// The key of this content: the object may have had another one before, or have another one by now.
    pub(crate) fn key(&self) -> Key {
        match self {
            Self::Spilled(blob) => blob.head.id,
            Self::Value { key, .. } => *key,
        }
    }
}

/// Writes a value from memory as a blob of a medium.
pub(crate) type WriteOut = Box<dyn FnOnce(&dyn Medium, &mut Scratch) -> Result<Written> + Send>;
