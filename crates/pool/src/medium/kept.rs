//! A medium that its user keeps a hand on.

use std::sync::Arc;

use forebay_store::Result;

use super::account::Account;
use super::face::{Linkable, Medium, MediumTraits, Reading, Writing};
use super::place::Place;
use super::usage::Usage;
use crate::event::Watcher;

/// A medium that its user keeps a hand on, beside the pool that has it.
///
/// ```
/// use std::sync::Arc;
///
/// use forebay_pool::{ByteSize, Medium, PlainMemory, Pool};
///
/// let medium = Arc::new(PlainMemory::default());
/// let pool = Pool::builder().memory(ByteSize::mib(1)).spill(Arc::clone(&medium)).build()?;
/// let handle = pool.insert(vec![7u8; 1000]).wait()?;
/// assert!(handle.evict().wait()?);
/// assert_eq!(medium.usage().blobs, 1);
/// # Ok::<(), forebay_store::Error>(())
/// ```
impl<M: Medium + ?Sized> Medium for Arc<M> {
    fn traits(&self) -> MediumTraits {
        (**self).traits()
    }

    fn begin(&self, length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        (**self).begin(length)
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        (**self).reading(place)
    }

    fn free(&self, place: Place) {
        (**self).free(place);
    }

    fn free_now(&self, place: Place) -> bool {
        (**self).free_now(place)
    }

    fn usage(&self) -> Usage {
        (**self).usage()
    }

    fn bytes(&self) -> u64 {
        (**self).bytes()
    }

    fn bytes_of(&self, place: Place) -> Option<u64> {
        (**self).bytes_of(place)
    }

    fn is_tight(&self) -> bool {
        (**self).is_tight()
    }

    fn trim(&self) {
        (**self).trim();
    }

    fn file(&self, place: Place) -> Option<Linkable> {
        (**self).file(place)
    }

    fn origin(&self, place: Place) -> u64 {
        (**self).origin(place)
    }

    fn watched_by(&self, watcher: Arc<dyn Watcher>) {
        (**self).watched_by(watcher);
    }

    fn counted_in(&self, account: Account) {
        (**self).counted_in(account);
    }
}
