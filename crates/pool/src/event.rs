//! What a pool tells while it works.

use std::fmt::Debug;
use std::sync::Arc;

use forebay_store::{ByteSize, Error};

use crate::error::AllPinned;
use crate::key::Key;
use crate::slot::foreign;

/// What a pool tells its watcher while it works.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// An object has a blob of its newest version.
    Written {
        /// Its key.
        key: Key,
        /// What is stored.
        bytes: ByteSize,
    },
    /// An object came back into memory.
    Loaded {
        /// Its key.
        key: Key,
        /// What it weighs.
        bytes: ByteSize,
    },
    /// An object left memory.
    Evicted {
        /// What it weighed.
        bytes: ByteSize,
    },
    /// An object was to be evicted, and was looked at meanwhile.
    Rescued,
    /// A write has failed: the object stays in memory.
    WriteFailed {
        /// Why.
        error: Error,
    },
    /// A load has failed: the blob stays where it is.
    ReadFailed {
        /// Why.
        error: Error,
    },
    /// More is counted than the budget has.
    OverBudget {
        /// By how much.
        bytes: ByteSize,
    },
    /// A caller waits for room, and nothing can be evicted.
    Stuck(Arc<AllPinned>),
    /// A directory of a medium is full. It is told again when an eighth of its quota was free meanwhile,
    /// or, if it is its file system, when something could be written meanwhile.
    QuotaReached {
        /// Which: as [`PartUsage::name`](crate::PartUsage::name) has it.
        part: Arc<str>,
        /// What it may take. `None`: it is its file system that is full.
        quota: Option<ByteSize>,
    },
    /// A directory of a medium, or a tier, is left alone for a while after failures.
    DirectoryLeft {
        /// Which: as [`PartUsage::name`](crate::PartUsage::name) has it.
        part: Arc<str>,
        /// The last of them.
        error: Error,
    },
    /// It is used again: a blob was written there.
    DirectoryBack {
        /// Which.
        part: Arc<str>,
    },
    /// What dead processes have left in a directory was removed.
    SweptSession {
        /// Which directory.
        part: Arc<str>,
        /// Sessions of dead processes.
        sessions: u64,
        /// Files that were in them.
        files: u64,
        /// The bytes of those files.
        bytes: ByteSize,
    },
    /// A snapshot of an archive is there.
    Committed {
        /// Its name.
        name: Arc<str>,
    },
}

/// Hears what a pool tells. It is called outside every lock and must not block; its panics are
/// caught.
pub trait Watcher: Debug + Send + Sync + 'static {
    /// Something has happened.
    fn on(&self, event: &Event);
}

/// The watcher, if there is one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch(pub(crate) Option<Arc<dyn Watcher>>);

impl Watch {
    /// Tells what is only made if somebody listens.
    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(watcher) = &self.0 {
            let event = event();
            let _ = foreign::run("a watcher", || watcher.on(&event));
        }
    }
}

/// What media are given as their watcher: its panics are caught here.
impl Watcher for Watch {
    fn on(&self, event: &Event) {
        if let Some(watcher) = &self.0 {
            let _ = foreign::run("a watcher", || watcher.on(event));
        }
    }
}
