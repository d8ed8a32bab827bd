//! A value that has its lines of the processor's cache to itself.

use std::ops::Deref;

/// Many threads write it, so what lies beside it would be fetched anew after each of their writes, though nobody
/// changes it. Two lines, because they are fetched in pairs.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(super) struct Apart<T>(pub(super) T);

impl<T> Deref for Apart<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}
