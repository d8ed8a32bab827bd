//! How many desks this thread has locked: what may take other locks or run code of others asserts
//! that there is none. Debug builds only.

#[cfg(debug_assertions)]
forebay_store::sync::thread_local! {
    static DEPTH: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// A desk is locked for as long as this lives.
#[derive(Debug)]
pub(super) struct Locked(());

impl Locked {
    #[inline]
    pub(super) fn new() -> Self {
        #[cfg(debug_assertions)]
        DEPTH.with(|depth| depth.set(depth.get() + 1));
        Self(())
    }
}

impl Drop for Locked {
    #[inline]
    fn drop(&mut self) {
        #[cfg(debug_assertions)]
        DEPTH.with(|depth| depth.set(depth.get() - 1));
    }
}

/// No desk is locked by this thread.
#[inline]
pub(crate) fn assert_none() {
    #[cfg(debug_assertions)]
    assert_eq!(DEPTH.with(std::cell::Cell::get), 0, "under the lock of a slot");
}
