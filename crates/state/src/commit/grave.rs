//! What was taken out of the trees and is freed when the turn is over.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Things that nobody needs any more. Freeing them may take long and may run code of the user, so
/// it does not happen while others wait for the turn.
#[doc(hidden)]
#[derive(Default)]
pub struct Grave {
    /// A transaction of one change leaves no more than this, and needs no memory for it.
    few: [Option<Gone>; 4],
    len: usize,
    more: Vec<Gone>,
}

type Gone = Arc<dyn Any + Send + Sync>;

impl Grave {
    /// Keeps `gone` until the turn is over.
    #[inline]
    pub fn bury(&mut self, gone: Gone) {
        match self.few.get_mut(self.len) {
            Some(place) => *place = Some(gone),
            None => self.more.push(gone),
        }
        self.len += 1;
    }
}

impl fmt::Debug for Grave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Grave").field(&self.len).finish()
    }
}
