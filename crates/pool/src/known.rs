//! Objects by key: what was opened, kept or committed.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Weak};

use foldhash::fast::RandomState;
use forebay_store::sync::Mutex;
use forebay_store::{Error, Result};

use crate::handle::Handle;
use crate::key::Key;
use crate::object::Object;
use crate::slot::Slot;

/// Objects by key, so that a key that is opened twice is one object. It keeps none of them.
#[derive(Default)]
pub(crate) struct Known(Mutex<Objects>);

#[derive(Default)]
struct Objects {
    all: HashMap<Key, Weak<dyn Any + Send + Sync>, RandomState>,
    /// Those that are gone are swept out when there are so many.
    sweep_at: usize,
}

impl Known {
    /// The object of this key, or the one that `make` makes. `Invalid` if it is known with another type.
    ///
    /// The map is never locked together with a slot: what was found is looked at after that, and what
    /// is made is put there only if the map still has what was found.
    pub(crate) fn get_or<T: Object>(
        &self,
        key: Key,
        make: impl FnOnce() -> Result<Arc<Slot<T>>>,
    ) -> Result<Handle<T>> {
        let (mut make, mut new) = (Some(make), None);
        loop {
            let found = self.0.lock().all.get(&key).cloned();
            if let Some(object) = found.as_ref().and_then(Weak::upgrade) {
                let slot = object.downcast::<Slot<T>>().map_err(|_| other_type::<T>(key))?;
                if slot.join_as(key) {
                    return Ok(Handle::of(slot));
                }
            }
            if let Some(make) = make.take() {
                new = Some(Handle::of(make()?));
            }
            if let Some(handle) = new.take_if(|handle: &mut Handle<T>| {
                self.put(key, handle.slot(), |there| is_same(there, found.as_ref()))
            }) {
                return Ok(handle);
            }
        }
    }

    /// This object has this key, unless there is another one with it.
    pub(crate) fn remember<T: Object>(&self, slot: &Arc<Slot<T>>, key: Key) {
        self.put(key, slot, |there| there.is_none_or(|there| there.strong_count() == 0));
    }

    /// Whether any object has ever had this key in an archive, of those that are still there.
    pub(crate) fn has(&self, key: Key) -> bool {
        self.0.lock().all.contains_key(&key)
    }

    fn put<T: Object>(
        &self,
        key: Key,
        slot: &Arc<Slot<T>>,
        is_free: impl FnOnce(Option<&Weak<dyn Any + Send + Sync>>) -> bool,
    ) -> bool {
        let slot: Weak<Slot<T>> = Arc::downgrade(slot);
        let mut objects = self.0.lock();
        if !is_free(objects.all.get(&key)) {
            return false;
        }
        objects.all.insert(key, slot);
        if objects.all.len() >= objects.sweep_at {
            objects.all.retain(|_, slot| slot.strong_count() > 0);
            objects.sweep_at = (objects.all.len() * 2).max(1024);
        }
        true
    }
}

fn is_same<T: ?Sized>(one: Option<&Weak<T>>, other: Option<&Weak<T>>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => one.ptr_eq(other),
        _ => false,
    }
}

fn other_type<T: Object>(key: Key) -> Error {
    Error::invalid(format!("the object {key} is open with another type than `{}`", T::NAME))
}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").field("objects", &self.0.lock().all.len()).finish()
    }
}
