//! The pins: what each thread keeps of the roots that it has read.

use std::any::Any;
use std::cell::RefCell;
use std::sync::{Arc, Weak};

use forebay_store::sync::thread_local;

use super::root::Root;
use crate::revision::Revision;
use crate::tables::Tables;

/// Of so many states a thread keeps what it has read; one that reads more makes pins anew.
const STATES: usize = 8;

thread_local! {
    static KEPT: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
}

/// A thread's own count of a root.
pub(super) struct Pin<T: Tables> {
    pub(super) root: Arc<Root<T>>,
}

/// Tells a front from all others, even from those that are gone: its place stays taken as long as
/// some thread remembers it.
#[derive(Default)]
pub(super) struct Mark(Arc<u8>);

/// A pin that this thread has made. The front holds it; nothing is held here.
struct Kept {
    front: Weak<u8>,
    revision: Revision,
    pin: Weak<dyn Any + Send + Sync>,
}

impl Kept {
    #[inline]
    fn is_of(&self, front: &Mark) -> bool {
        std::ptr::eq(self.front.as_ptr(), Arc::as_ptr(&front.0))
    }
}

/// This thread's pin of the root with this revision, if it is held still.
#[inline]
pub(super) fn kept<T: Tables>(front: &Mark, revision: Revision) -> Option<Arc<Pin<T>>> {
    let pin = KEPT.try_with(|all| {
        let all = all.borrow();
        let kept = all.iter().find(|kept| kept.is_of(front))?;
        if kept.revision == revision { kept.pin.upgrade() } else { None }
    });
    pin.ok()??.downcast().ok()
}

/// Keeps a pin of this thread for its next read.
pub(super) fn keep<T: Tables>(front: &Mark, revision: Revision, pin: &Arc<Pin<T>>) {
    let pin: Weak<dyn Any + Send + Sync> = Arc::<Pin<T>>::downgrade(pin);
    let kept = Kept { front: Arc::downgrade(&front.0), revision, pin };
    // A thread that is about to end keeps nothing.
    let _ = KEPT.try_with(|all| {
        let mut all = all.borrow_mut();
        all.retain(|kept| !kept.is_of(front));
        if all.len() == STATES {
            all.remove(0);
        }
        all.push(kept);
    });
}
