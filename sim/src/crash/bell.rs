//! Whether an answer came while there was somebody to hear it. Within one job much may be answered
//! before the call of the disk at which the process ends, and more after it.

use std::sync::Arc;
use std::task::Wake;

use forebay_store::sync::atomic::{AtomicBool, Ordering};

use super::power::Power;

/// Rung when an operation is answered.
#[derive(Debug)]
pub(crate) struct Bell {
    power: Power,
    is_in_time: AtomicBool,
    is_lost: AtomicBool,
}

impl Bell {
    pub(crate) fn new(power: Power) -> Self {
        Self { power, is_in_time: AtomicBool::new(false), is_lost: AtomicBool::new(false) }
    }

    /// Whether an answer that is there now was given before the end of the process.
    pub(crate) fn hears(&self) -> bool {
        let hears = self.is_in_time.load(Ordering::SeqCst) || !self.power.is_off();
        self.is_lost.store(!hears, Ordering::SeqCst);
        hears
    }

    /// Whether the answer came too late for anybody.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::SeqCst)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        if !self.power.is_off() {
            self.is_in_time.store(true, Ordering::SeqCst);
        }
    }
}
