//! How much memory the unfinished commands of all clients take.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Memory for unfinished commands, shared by all connections. What each connection has for free
/// is not counted.
#[derive(Debug)]
pub(crate) struct Input {
    max: usize,
    held: AtomicUsize,
}

/// What one connection holds of it. Dropping gives it back.
#[derive(Debug)]
pub(crate) struct Held<'a> {
    input: &'a Input,
    bytes: usize,
}

impl Input {
    /// What each connection has for free.
    const FREE: usize = 64 * 1024;

    pub(crate) fn new(max: usize) -> Self {
        Self { max, held: AtomicUsize::new(0) }
    }

    /// How many bytes are held by all.
    pub(crate) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// A connection that holds nothing yet.
    pub(crate) fn hold(&self) -> Held<'_> {
        Held { input: self, bytes: 0 }
    }
}

impl Held<'_> {
    /// Holds memory for a buffer of `bytes` from now on; `false` if all together would hold too
    /// much, and then as before.
    pub(crate) fn resize(&mut self, bytes: usize) -> bool {
        let bytes = bytes.saturating_sub(Input::FREE);
        if bytes > self.bytes {
            let growth = bytes - self.bytes;
            let before = self.input.held.fetch_add(growth, Ordering::Relaxed);
            if before.saturating_add(growth) > self.input.max {
                self.input.held.fetch_sub(growth, Ordering::Relaxed);
                return false;
            }
        } else if bytes < self.bytes {
            self.input.held.fetch_sub(self.bytes - bytes, Ordering::Relaxed);
        }
        self.bytes = bytes;
        true
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.resize(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_together_hold_no_more_than_the_bound() {
        let input = Input::new(100);
        let (mut a, mut b) = (input.hold(), input.hold());
        assert!(a.resize(Input::FREE) && b.resize(Input::FREE + 60));
        assert!(!a.resize(Input::FREE + 41));
        assert!(a.resize(Input::FREE + 40));
        assert_eq!(input.held(), 100);
        drop(b);
        assert_eq!(input.held(), 40);
        assert!(a.resize(0));
        assert_eq!(input.held(), 0);
    }
}
