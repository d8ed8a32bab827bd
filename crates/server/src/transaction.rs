//! What a connection has queued after `MULTI`, and what it watches.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, LazyLock};

use forebay::Stamp;
use forebay_store::sync::Mutex;

use crate::command::{Failure, Spec};
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

    /// How many commands it has at most. All of them run without a pause.
    const COMMANDS_MAX: usize = 16_384;

    /// Adds a command, if all together take at most `max` bytes.
    pub(crate) fn push(
        &mut self,
        spec: &'static Spec,
        request: Request<'_>,
        max: usize,
    ) -> Result<(), Failure> {
        if self.commands.len() == Self::COMMANDS_MAX {
            let max = Self::COMMANDS_MAX;
            let text = format!("the transaction is too long: at most {max} commands are queued");
            return Err(Failure::new(text));
        }
        let bytes = self.bytes + request.kept_bytes() + Self::COMMAND_BYTES;
        if bytes > max {
            let text = format!("the transaction is too long: at most {max} bytes are queued");
            return Err(Failure::new(text));
        }
        self.bytes = bytes;
        self.commands.push(Queued { spec, request: request.keep() });
        Ok(())
    }
}

/// What is watched, shared with the command that is looking at it.
#[derive(Clone, Default)]
pub(crate) struct Watched(Arc<Mutex<Watches>>);

#[derive(Default)]
struct Watches {
    by_key: HashMap<Octets, Watch>,
    /// The bytes that they take.
    bytes: usize,
}

/// A key as it was when it was watched.
pub(crate) struct Watch {
    pub(crate) key: Octets,
    stamp: Stamp,
    mark: Option<Mark>,
    /// Another look at it saw something else.
    has_changed: bool,
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
        Self { key, stamp, mark: record.map(Mark::of), has_changed: false }
    }

    /// Whether the key is as it was. If memory has let go of it meanwhile, the value says so. What is not stored yet
    /// keeps its stamp when its time is over.
    pub(crate) fn holds(&self, record: Option<&Record>, stamp: Stamp) -> bool {
        let is_same = stamp == self.stamp && record.is_some() == self.mark.is_some();
        !self.has_changed && (is_same || record.map(Mark::of) == self.mark)
    }
}

impl Watched {
    /// Watches these, too. Of two looks at a key both count.
    pub(crate) fn add(&self, watches: Vec<Watch>) {
        let mut all = self.0.lock();
        for watch in watches {
            if let Some(first) = all.by_key.get_mut(&watch.key) {
                first.has_changed |= watch.mark != first.mark;
                continue;
            }
            all.bytes += watch.key.len() + size_of::<(Octets, Watch)>();
            all.by_key.insert(watch.key.clone(), watch);
        }
    }

    /// How many keys are watched if these are, too.
    pub(crate) fn count_with(&self, keys: &[Octets]) -> usize {
        let all = self.0.lock();
        let new = keys.iter().filter(|key| !all.by_key.contains_key(*key));
        all.by_key.len() + new.count()
    }

    /// Nothing is watched any more. Says what was.
    pub(crate) fn take(&self) -> Vec<Watch> {
        let watches = std::mem::take(&mut *self.0.lock());
        watches.by_key.into_values().collect()
    }

    /// The bytes that it takes.
    fn bytes(&self) -> usize {
        self.0.lock().bytes
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
