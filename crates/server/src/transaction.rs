//! What a connection has queued after `MULTI`, and what it watches.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, LazyLock};

use forebay::Stamp;
use forebay_store::sync::Mutex;

use crate::command::Spec;
use crate::octets::Octets;
use crate::record::Record;
use crate::resp::{KeptRequest, Request};

/// Commands that are to run together.
#[derive(Default)]
pub(crate) struct Queue {
    pub(crate) commands: Vec<Queued>,
    bytes: usize,
    /// One of them was wrong: none will run.
    pub(crate) is_aborted: bool,
}

/// One of them.
pub(crate) struct Queued {
    pub(crate) spec: &'static Spec,
    pub(crate) request: KeptRequest,
}

impl Queue {
    /// What a command takes beside its bytes.
    const COMMAND_BYTES: usize = size_of::<Queued>() + 32;

    /// Adds a command; `false` if all together would take more than `max` bytes.
    pub(crate) fn push(&mut self, spec: &'static Spec, request: Request<'_>, max: usize) -> bool {
        let bytes = self.bytes + request.kept_bytes() + Self::COMMAND_BYTES;
        if bytes > max {
            return false;
        }
        self.bytes = bytes;
        self.commands.push(Queued { spec, request: request.keep() });
        true
    }
}

/// What is watched, shared with the command that is looking at it.
#[derive(Clone, Default)]
pub(crate) struct Watched(Arc<Mutex<Vec<Watch>>>);

/// A key as it was when it was watched.
pub(crate) struct Watch {
    pub(crate) key: Octets,
    stamp: Stamp,
    mark: Option<Mark>,
}

/// What tells a value and its expiry from others without keeping it: a large one would else stay in memory for
/// as long as it is watched. Two are taken for the same once in 2^128 times.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Mark([u64; 2]);

static HASHERS: LazyLock<[RandomState; 2]> =
    LazyLock::new(|| [RandomState::new(), RandomState::new()]);

impl Mark {
    fn of(record: &Record) -> Self {
        Self([0, 1].map(|at: usize| {
            let expires_at = record.expires_at.map(|at| at.0);
            HASHERS[at].hash_one((&record.data, expires_at))
        }))
    }
}

impl Watch {
    pub(crate) fn new(key: Octets, record: Option<&Record>, stamp: Stamp) -> Self {
        Self { key, stamp, mark: record.map(Mark::of) }
    }

    /// Whether the key is as it was. If memory has let go of it meanwhile, the value says so.
    pub(crate) fn holds(&self, record: Option<&Record>, stamp: Stamp) -> bool {
        stamp == self.stamp || record.map(Mark::of) == self.mark
    }
}

impl Watched {
    /// Watches these, too. Of two looks at a key both count.
    pub(crate) fn add(&self, watches: Vec<Watch>) {
        self.0.lock().extend(watches);
    }

    /// How many keys are watched.
    pub(crate) fn len(&self) -> usize {
        self.0.lock().len()
    }

    /// Nothing is watched any more. Says what was.
    pub(crate) fn take(&self) -> Vec<Watch> {
        std::mem::take(&mut *self.0.lock())
    }

    /// The bytes that it takes.
    fn bytes(&self) -> usize {
        let watches = self.0.lock();
        watches.iter().map(|watch| watch.key.len() + size_of::<Watch>()).sum()
    }
}

/// What a connection holds for its next `EXEC`.
#[derive(Default)]
pub(crate) struct Transaction {
    /// There is one after `MULTI`.
    pub(crate) queue: Option<Queue>,
    pub(crate) watched: Watched,
}

impl Transaction {
    /// The bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.queue.as_ref().map_or(0, |queue| queue.bytes) + self.watched.bytes()
    }

    /// A command was wrong: what is queued will not run.
    pub(crate) fn abort(&mut self) {
        if let Some(queue) = &mut self.queue {
            queue.is_aborted = true;
        }
    }
}

impl std::fmt::Debug for Transaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let queued = self.queue.as_ref().map(|queue| queue.commands.len());
        f.debug_struct("Transaction").field("queued", &queued).finish_non_exhaustive()
    }
}
