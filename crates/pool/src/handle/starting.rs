//! Work that begins when somebody waits for it.

use std::sync::Arc;

use forebay_store::Drive;
use forebay_store::sync::Mutex;

use super::asking::{Asker, help_while};
use crate::inner::Inner;

/// Work that asks for room.
pub(crate) trait Start: Asker {
    fn pool(&self) -> &Inner;

    fn start(self: Arc<Self>);
}

/// Work that begins when somebody waits for it. Who waits anyway reads, and writes what is to be evicted.
pub(crate) struct Starting<A>(Mutex<Option<Arc<A>>>);

impl<A: Start> Starting<A> {
    pub(crate) fn of(work: Arc<A>) -> Self {
        Self(Mutex::new(Some(work)))
    }

    fn begin(&self) -> Option<Arc<A>> {
        let work = self.0.lock().take()?;
        Arc::clone(&work).start();
        Some(work)
    }
}

impl<A: Start> Drive for Starting<A> {
    fn drive(&self) {
        if let Some(work) = self.begin() {
            help_while(work.pool(), || work.is_wanted());
        }
    }

    fn start(&self) {
        self.begin();
    }
}
