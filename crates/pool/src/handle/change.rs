//! Handles through which objects are changed.

use std::sync::Arc;

use forebay_store::Op;
use forebay_store::sync::Mutex;

use super::copying::Copying;
use super::guard_mut::GuardMut;
use super::lending::{Changed, Lending};
use super::object_handle::Handle;
use super::offer::Offer;
use super::replacing::Replacing;
use crate::object::Object;

/// What has several handles does not change, as with `Arc`: an object that is opened by key may be shared
/// without its users knowing.
impl<T: Object> Handle<T> {
    /// The value, to be changed. It waits for a write of it that is under way, and cancels one that has not
    /// begun; what is in the medium is loaded.
    ///
    /// # Errors
    ///
    /// `Refused` if there are other handles: use [`make_mut`](Self::make_mut). `Busy` if a guard of it is
    /// out. Those of [`get`](Self::get).
    ///
    /// ```
    /// use forebay_pool::{ByteSize, PlainMemory, Pool};
    ///
    /// let pool = Pool::builder().memory(ByteSize::mib(1)).spill(PlainMemory::default()).build()?;
    /// let mut handle = pool.insert(vec![1u8, 2, 3]).wait()?;
    /// handle.get_mut().wait()?.push(4);
    /// assert_eq!(*handle.get().wait()?, [1, 2, 3, 4]);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn get_mut(&mut self) -> Lending<'_, T> {
        let lent = self.slot.lend();
        let op = lent.map(|lent| lent.map(|lent| Changed { handle: None, lent: Some(lent) }));
        Lending::lends(self, op)
    }

    /// The value, to be changed, if it is in memory, has no other handle and no guard, and is not being written.
    pub fn try_get_mut(&mut self) -> Option<GuardMut<'_, T>> {
        self.slot.lend_now().map(GuardMut::of)
    }

    /// The value, to be changed. If the object is shared or being looked at this handle gets a copy as
    /// an object of its own; the others keep what they have.
    ///
    /// # Errors
    ///
    /// `Refused` if `clone` panics. Those of [`get`](Self::get) and of [`Pool::insert`](crate::Pool::insert).
    pub fn make_mut(&mut self) -> Lending<'_, T>
    where
        T: Clone,
    {
        let op = Copying::begin(&self.slot);
        Lending::lends(self, op)
    }

    /// Puts another value there. Nothing is loaded; guards go on showing the old value. If the object is shared,
    /// this handle alone gets a new object.
    ///
    /// It needs room for what the new value is heavier. While a guard of the old value is out, it needs room for all of
    /// the new one.
    ///
    /// # Errors
    ///
    /// Those of [`Pool::insert`](crate::Pool::insert). The object is what it was, and `value` is dropped.
    pub fn replace(&mut self, value: T) -> Lending<'_, T, ()> {
        let (op, offered) = Replacing::begin(&self.slot, value);
        Lending::replaces(self, op, offered)
    }

    /// The value itself, taken out of the pool. What is in the medium is loaded.
    ///
    /// # Errors
    ///
    /// Those of [`get_mut`](Self::get_mut). Each gives the handle back.
    pub fn into_inner(self) -> Offer<Self, T> {
        let op: Op<T> = self.slot.lend().map(|lent| lent?.into_value());
        Offer::waiting(op, Arc::new(Mutex::new(Some(self))))
    }
}
